// Photographs of one scene get one group, whatever the manifest says, so that no split takes them apart.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decode } from '../decode/index.ts';
import { type Fingerprint, fingerprint, isSameScene } from './perceptual-hash.ts';
import type { Sample } from './sample.ts';
import { disjointSets } from './union-find.ts';

/** Longest side, in pixels, at which pictures are fingerprinted. */
export const FINGERPRINT_SIDE = 128;

export interface FileIdentity {
  readonly sample: Sample;
  /** SHA-256 of the file; null where it cannot be opened. */
  readonly sha256: string | null;
  /** Missing where the picture cannot be opened or decoded. */
  readonly print: Fingerprint | undefined;
  /** Why it cannot. */
  readonly error: unknown;
}

export interface Regrouped {
  /** In the same order, each scene inside one group. */
  readonly samples: Sample[];
  /** Pictures from different groups that were found to show one scene. */
  readonly twins: readonly Twins[];
}

export type Twins = readonly [one: Sample, other: Sample];

/** Files read at a time: while some are decoded in the background, others are fingerprinted here. */
const AT_A_TIME = 8;

/**
 * Reads every file once; one that cannot be opened is as broken as one that cannot be decoded. `onDone` is called after
 * some at a time, with how many are done.
 */
export async function identify(
  samples: readonly Sample[],
  onDone: (done: number) => void = () => undefined,
): Promise<FileIdentity[]> {
  const identities: FileIdentity[] = [];
  for (let i = 0; i < samples.length; i += AT_A_TIME) {
    identities.push(...(await Promise.all(samples.slice(i, i + AT_A_TIME).map(identifyOne))));
    onDone(identities.length);
  }
  return identities;
}

async function identifyOne(sample: Sample): Promise<FileIdentity> {
  let sha256: string | null = null;
  try {
    const bytes = await readFile(sample.path);
    sha256 = createHash('sha256').update(bytes).digest('hex');
    const { image } = await decode(bytes, { maxSide: FINGERPRINT_SIDE });
    return { sample, sha256, print: fingerprint(image), error: undefined };
  } catch (error) {
    return { sample, sha256, print: undefined, error };
  }
}

/**
 * Every pair of pictures that are one by their bytes or show one scene by their looks (`isSameScene`), as
 * indices, the later picture first. Every pair is compared: seconds for 3,000 pictures.
 */
export function samePictures(identities: readonly FileIdentity[]): [later: number, earlier: number][] {
  const pairs: [number, number][] = [];
  for (const [i, one] of identities.entries())
    for (let j = 0; j < i; j++) if (isSamePicture(one, identities[j])) pairs.push([i, j]);
  return pairs;
}

/** Those that are none of the `others`, nor show the scene of one of them. */
export function withoutTwinsOf(
  others: readonly FileIdentity[],
  identities: readonly FileIdentity[],
): FileIdentity[] {
  return identities.filter((one) => !others.some((other) => isSamePicture(one, other)));
}

/**
 * Sees to it that pictures of one scene, by their bytes or by their looks (`isSameScene`), have one group.
 * Where a tenth of the smaller group has twins in the other, both are one scene and become one group. Where
 * it is fewer, as with a picture that two collections took from the same place, only the pictures that look
 * alike move to the group that most of them are in.
 */
export function regroup(
  identities: readonly FileIdentity[],
  pairs: readonly (readonly [number, number])[] = samePictures(identities),
): Regrouped {
  const samples = identities.map(({ sample }) => sample);
  const alike = disjointSets(samples.length);
  const twins: Twins[] = [];
  for (const [i, j] of pairs) {
    alike.join(i, j);
    if (samples[i].group !== samples[j].group) twins.push([samples[j], samples[i]]);
  }
  const merged = mergeGroups(samples, twins);
  const homes = new Map<number, string>();
  for (const [scene, members] of Map.groupBy(samples.keys(), (i) => alike.find(i)))
    homes.set(scene, mostCommon(members.map((i) => merged(samples[i]?.group ?? ''))));
  return { twins, samples: samples.map((sample, i) => moveTo(sample, homes.get(alike.find(i)))) };
}

const SAME_SCENE_SHARE = 0.1;

/** The name under which a group goes on: of those merged, the one that comes first. */
function mergeGroups(samples: readonly Sample[], twins: readonly Twins[]): (group: string) => string {
  const sizes = Map.groupBy(samples, ({ group }) => group);
  const names = [...sizes.keys()];
  const sets = disjointSets(names.length);
  const byPair = Map.groupBy(twins, (pair) => JSON.stringify(pair.map(({ group }) => group).sort()));
  for (const pairs of byPair.values()) {
    const [one = '', other = ''] = (pairs[0] ?? []).map(({ group }) => group);
    const share = Math.max(
      ...[one, other].map((group) => countIn(group, pairs) / (sizes.get(group)?.length ?? 1)),
    );
    if (share >= SAME_SCENE_SHARE) sets.join(names.indexOf(one), names.indexOf(other));
  }
  return (group) => names[sets.find(names.indexOf(group))] ?? group;
}

function countIn(group: string, pairs: readonly Twins[]): number {
  return new Set(pairs.flat().filter((sample) => sample.group === group)).size;
}

function mostCommon(names: readonly string[]): string {
  const counts = [...Map.groupBy(names, (name) => name)];
  return counts.reduce((best, next) => (next[1].length > best[1].length ? next : best))[0];
}

function moveTo(sample: Sample, group = sample.group): Sample {
  return group === sample.group ? sample : { ...sample, group };
}

function isSamePicture(one: FileIdentity, other: FileIdentity): boolean {
  if (one.sha256 !== null && one.sha256 === other.sha256) return true;
  return one.print !== undefined && other.print !== undefined && isSameScene(one.print, other.print);
}

/**
 * SHA-256 over what a model learned from: every file's name, label, group, source and content, whatever
 * their order.
 */
export function manifestHash(identities: readonly FileIdentity[]): string {
  const lines = identities.map(({ sample, sha256 }) =>
    JSON.stringify([sample.file, sample.label, sample.group, sample.source, sha256]),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
