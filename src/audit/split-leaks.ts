// Whether train and test are really apart, in the split that the manifest states or the one that training makes.
import { leakyRandomSplit, type Sample } from '../dataset/index.ts';

export interface SplitLeaks {
  /** The parts and how many pictures each has; empty without a `split` column. */
  readonly parts: readonly { readonly name: string; readonly pictures: number }[];
  /** Pairs of one picture, as indices, that lie in two parts. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Groups that lie in two parts. */
  readonly groups: readonly string[];
  /** Of a random fifth, how many pictures have a near duplicate or one of their group among the rest. */
  readonly atRandom: { readonly count: number; readonly of: number };
}

/**
 * `alike`: pairs of pictures that are one or show one moment, as indices. `scenes`: for each sample, the group
 * it should be split by.
 */
export function findLeaks(
  samples: readonly Sample[],
  alike: readonly (readonly [number, number])[],
  scenes: readonly string[],
): SplitLeaks {
  const parts = Map.groupBy(
    samples.filter(({ split }) => split !== undefined),
    ({ split = '' }) => split,
  );
  const apart = (one?: string, other?: string) => one !== undefined && other !== undefined && one !== other;
  const groups = [...Map.groupBy(samples, ({ group }) => group)].filter(
    ([, members]) => new Set(members.flatMap(({ split }) => split ?? [])).size > 1,
  );
  return {
    parts: [...parts].map(([name, members]) => ({ name, pictures: members.length })),
    pairs: alike.filter(([i, j]) => apart(samples[i].split, samples[j].split)),
    groups: groups.map(([name]) => name),
    atRandom: leaksAtRandom(samples, scenes),
  };
}

function leaksAtRandom(samples: readonly Sample[], scenes: readonly string[]) {
  const sceneOf = new Map(samples.map(({ file }, i) => [file, scenes[i]]));
  const { train, test } = leakyRandomSplit(samples, { fraction: 0.2, seed: 1 });
  const trained = new Set(train.map(({ file }) => sceneOf.get(file)));
  return { count: test.filter(({ file }) => trained.has(sceneOf.get(file))).length, of: test.length };
}
