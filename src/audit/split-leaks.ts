// Whether train and test are really apart, in the split that the manifest states or the one that training makes.
import {
  defaultSplitBy,
  foldsByGroup,
  leakyRandomSplit,
  type Sample,
  type SplitBy,
} from '../dataset/index.ts';

export interface SplitLeaks {
  /** The parts and how many pictures each has; empty without a `split` column. */
  readonly parts: readonly { readonly name: string; readonly pictures: number }[];
  /** Pairs of one picture, as indices, that lie in two parts. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Groups that lie in two parts. */
  readonly groups: readonly string[];
  /** In a random fifth. */
  readonly atRandom: Straddling;
  /** In the quarter of the sources, or of the groups where sources are few, that training leaves out first. */
  readonly asTrained: Straddling & { readonly by: SplitBy };
}

/** Test pictures that have one of the same moment in training, of all test pictures. */
export interface Straddling {
  readonly count: number;
  readonly of: number;
}

/**
 * `alike`: pairs of pictures that are one or show one moment, as indices. `scenes`: for each sample, a name
 * that it shares with what was taken in a row with it. `regrouped`: the samples with the groups that training
 * gives them.
 */
export function findLeaks(
  samples: readonly Sample[],
  alike: readonly (readonly [number, number])[],
  scenes: readonly string[],
  regrouped: readonly Sample[],
): SplitLeaks {
  const sceneOf = new Map(samples.map(({ file }, i) => [file, scenes[i]]));
  const by = defaultSplitBy(samples);
  const [test = [], ...train] = foldsByGroup(regrouped, { folds: 4, seed: 1, by });
  const random = leakyRandomSplit(samples, { fraction: 0.2, seed: 1 });
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
    atRandom: straddling(random.train, random.test, sceneOf),
    asTrained: { by, ...straddling(train.flat(), test, sceneOf) },
  };
}

function straddling(
  train: readonly Sample[],
  test: readonly Sample[],
  sceneOf: ReadonlyMap<string, string>,
): Straddling {
  const trained = new Set(train.map(({ file }) => sceneOf.get(file)));
  return { count: test.filter(({ file }) => trained.has(sceneOf.get(file))).length, of: test.length };
}
