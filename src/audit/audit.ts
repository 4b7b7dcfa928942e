// The whole audit of a data folder: what is in it, what leaks, and what gives the labels away.

import { readFile } from 'node:fs/promises';
import {
  type AnnotatedPicture,
  disjointSets,
  type FractionBox,
  type Mouth,
  regroup,
  type Sample,
  samePictures,
} from '../dataset/index.ts';
import { decode } from '../decode/index.ts';
import type { Results } from '../evaluate/results.ts';
import type { Classifier } from '../model/classification.ts';
import { type Balance, balanceBy } from './balance.ts';
import { featuresOf } from './families.ts';
import { fromResults, outOfFold } from './label-opinions.ts';
import type { MouthRegions } from './mask.ts';
import { type Observation, observe } from './observe.ts';
import { askedQuestions, type Scope } from './scopes.ts';
import { findSeries } from './series.ts';
import { findLeaks, type SplitLeaks } from './split-leaks.ts';
import type { Embed } from './trunk-features.ts';
import { agreement, type Doubt, doubtLabels, type Opinion } from './wrong-labels.ts';

export interface AuditOptions {
  readonly samples: readonly Sample[];
  readonly mouths: ReadonlyMap<string, AnnotatedPicture>;
  /** Finds the mouths of pictures where nobody clicked them. */
  readonly classifier?: Classifier | undefined;
  /** Answers of models that did not learn from these labels. */
  readonly results?: readonly Results[] | undefined;
  /** A frozen network, asked when there are no results. */
  readonly embed?: Embed | undefined;
  readonly onProgress?: ((stage: string, done: number, of: number) => void) | undefined;
}

export interface Audit {
  readonly samples: readonly Sample[];
  readonly broken: readonly { readonly file: string; readonly error: unknown }[];
  /** Pairs of readable pictures, the earlier first. */
  readonly exact: readonly Pair[];
  readonly near: readonly Pair[];
  /** Pictures that were taken in a row, at least two. */
  readonly series: readonly (readonly Sample[])[];
  readonly leaks: SplitLeaks;
  readonly sources: Balance;
  readonly groups: Balance;
  readonly scopes: readonly Scope[];
  /** Pictures whose mouths are known. */
  readonly located: number;
  /** Who spoke about the labels, in words; null when nobody could. */
  readonly judge: string | null;
  readonly judged: number;
  /** How often that judge's likelier state is the label, 0–1. */
  readonly agrees: number;
  readonly doubts: readonly Doubt[];
}

export type Pair = readonly [one: Sample, other: Sample];

/** While some pictures are decoded in the background, others are measured here. */
const AT_A_TIME = 8;

/** Reads every picture once, and once more where labels are judged. Files that cannot be read are broken pictures. */
export async function auditDataset(options: AuditOptions): Promise<Audit> {
  const { samples, onProgress = () => undefined } = options;
  const regions = await locateMouths(options);
  const all: Observation[] = [];
  for (let i = 0; i < samples.length; i += AT_A_TIME) {
    const some = samples.slice(i, i + AT_A_TIME);
    all.push(...(await Promise.all(some.map((sample) => observe(sample, regions.get(sample.file))))));
    onProgress('look', all.length, samples.length);
  }
  const seen = all.filter(({ picture }) => picture !== null);
  const identities = seen.map(({ identity }) => identity);
  const readable = identities.map(({ sample }) => sample);
  const alike = samePictures(identities);
  const series = findSeries(identities, alike);
  const scenes = scenesOf(readable, series);
  const isExact = ([i, j]: readonly [number, number]) => identities[i].sha256 === identities[j].sha256;
  const pairs = (chosen: readonly (readonly [number, number])[]) =>
    chosen.map(([i, j]): Pair => [readable[j], readable[i]]);
  const opinion = await judgeLabels(options, readable, scenes, regions);
  return {
    samples: readable,
    broken: all.flatMap(({ picture, identity }) =>
      picture ? [] : [{ file: identity.sample.file, error: identity.error }],
    ),
    exact: pairs(alike.filter(isExact)),
    near: pairs(alike.filter((pair) => !isExact(pair))),
    series: series.map((members) => members.map((i) => readable[i])),
    leaks: findLeaks(readable, alike, scenes, regroup(identities, alike).samples),
    sources: balanceBy(readable, 'source'),
    groups: balanceBy(readable, 'group'),
    scopes: askedQuestions(readable, featuresOf(seen), scenes, onProgress),
    located: regions.size,
    ...opinion,
  };
}

/** For each picture, a name that it shares with what was taken in a row with it, in whatever group. */
function scenesOf(samples: readonly Sample[], series: readonly (readonly number[])[]): string[] {
  const sets = disjointSets(samples.length);
  for (const [first, ...more] of series) for (const i of more) sets.join(first, i);
  return samples.map((_, i) => samples[sets.find(i)].file);
}

/** Mouths that were clicked, else the manifest's cap boxes, else what the model looks at. */
async function locateMouths(options: AuditOptions): Promise<Map<string, MouthRegions>> {
  const regions = new Map<string, MouthRegions>();
  for (const [done, sample] of options.samples.entries()) {
    const clicked = options.mouths.get(sample.file);
    // Where some mouths of a crowd were left out, hiding the others hides too little.
    if (clicked && !clicked.crowd) regions.set(sample.file, { mouths: clicked.mouths, boxes: [] });
    else if (!clicked && sample.capBox)
      regions.set(sample.file, { mouths: [mouthOfCap(sample.capBox)], boxes: [] });
    else if (options.classifier && sample.label !== 'none') {
      const boxes = await boxesOf(sample, options.classifier);
      if (boxes.length > 0) regions.set(sample.file, { mouths: [], boxes });
      options.onProgress?.('find mouths', done + 1, options.samples.length);
    }
  }
  return regions;
}

function mouthOfCap([cx, cy, width]: FractionBox): Mouth {
  return { cx, cy, d: width, angle: 0, state: 'unclear' };
}

/** What a model looks at ends at the mouth's rim; foam, a lime and a loose cap reach beyond. */
const WIDER = 1.5;

async function boxesOf({ path }: Sample, classifier: Classifier): Promise<FractionBox[]> {
  const { maxSide } = classifier.card;
  const picture = await readFile(path)
    .then((bytes) => decode(bytes, { maxSide }))
    .catch(() => null);
  if (!picture) return [];
  const { width, height } = picture.image;
  const { bottles } = await classifier.classify(picture.image);
  return bottles.map(({ box: [x, y, w, h] }) => [
    (x + w / 2) / width,
    (y + h / 2) / height,
    (WIDER * w) / width,
    (WIDER * h) / height,
  ]);
}

const JUDGED_SIDE = 640;

async function judgeLabels(
  { results = [], embed, onProgress }: AuditOptions,
  samples: readonly Sample[],
  scenes: readonly string[],
  regions: ReadonlyMap<string, MouthRegions>,
): Promise<Pick<Audit, 'judge' | 'judged' | 'agrees' | 'doubts'>> {
  const summed = (judge: string, groups: readonly (readonly Opinion[])[]) => ({
    judge,
    judged: groups.flat().length,
    agrees: agreement(groups.flat()),
    doubts: groups.flatMap(doubtLabels).sort((one, other) => one.pLabel - other.pLabel),
  });
  if (results.length > 0) {
    const names = results.map(({ name, split }) => `${name} (${split})`).join(', ');
    return summed(`answers of ${names}`, [fromResults(samples, results)]);
  }
  if (!embed) return { judge: null, judged: 0, agrees: 0, doubts: [] };
  const bottles = [...samples.keys()].filter((i) => ['open', 'closed'].includes(samples[i].label));
  const features = new Map<number, Float64Array>();
  for (const [done, i] of bottles.entries()) {
    const { image } = await decode(await readFile(samples[i].path), { maxSide: JUDGED_SIDE });
    features.set(i, await embed(image, regions.get(samples[i].file)?.mouths ?? []));
    onProgress?.('judge labels', done + 1, bottles.length);
  }
  // A crop of a mouth and a whole picture are different things to a network: each kind learns from its own.
  const kinds = Map.groupBy(bottles, (i) => (regions.get(samples[i].file)?.mouths.length ?? 0) > 0);
  const opinions = [...kinds.values()].map((kind) =>
    outOfFold(
      kind.map((i) => samples[i]),
      kind.map((i) => features.get(i) ?? new Float64Array()),
      kind.map((i) => scenes[i]),
    ),
  );
  return summed('a frozen network, each picture left out once', opinions);
}
