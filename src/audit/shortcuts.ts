// How well each simple feature predicts the label of pictures that were left out, beside chance.
import { foldsByGroup, type Sample } from '../dataset/index.ts';
import { createRandom, type Random, shuffled } from '../nn/random.ts';
import { bootstrapScores, type Interval, rankAuc } from './auc.ts';
import { categoryRates, discriminant, type Scorer } from './discriminant.ts';
import type { FamilyName, Feature } from './families.ts';

/** What is left out together: whole sources, whole groups, or single pictures with their near duplicates. */
export const LEFT_OUT = ['source', 'group', 'picture'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

export interface Shortcut {
  readonly family: FamilyName;
  readonly leftOut: LeftOut;
  /** Pictures that have the feature. */
  readonly pictures: number;
  /** Area under the ROC curve of pictures left out; ½ is chance. Intervals by bootstrap over what is left out. */
  readonly auc: Interval;
  readonly balancedAccuracy: Interval;
  /** What 95 % of shuffled labellings stay below. */
  readonly chance: number;
  /** Share of shuffled labellings under which the best of all features does as well (Westfall & Young 1993). */
  readonly p: number;
  /** Pictures of class 0 and of class 1 that it is surest of, and rightly: what gives them away. */
  readonly surest: readonly [zeros: readonly string[], ones: readonly string[]];
}

export interface Question {
  readonly samples: readonly Sample[];
  /** 1 or 0 for each sample. */
  readonly classes: Uint8Array;
  /** For each sample, what it is left out with. */
  readonly units: readonly string[];
  readonly leftOut: LeftOut;
  readonly features: Readonly<Partial<Record<FamilyName, readonly (Feature | null)[]>>>;
  readonly seed: number;
}

/** Fewer pictures of a class than this say nothing. */
export const LEAST_PICTURES = 8;
const MOST_FOLDS = 5;
const PERMUTATIONS = 200;

/**
 * Every feature cross-validated: fitted on some units, judged on the others. Null when a class comes from one
 * unit alone, since then nothing can be left out.
 */
export function measureShortcuts(question: Question): Shortcut[] | null {
  const folds = foldsOf(question);
  if (!folds) return null;
  const random = createRandom(question.seed, 1);
  const fits = Object.entries(question.features).flatMap(([family, features]) => {
    const fit = fitOver(features, question.classes, folds);
    return fit ? [{ family: family as FamilyName, ...fit }] : [];
  });
  const drawn = Array.from({ length: PERMUTATIONS }, () => {
    const classes = shuffleClasses(question, random);
    return fits.map(({ score, rows }) => rankAuc(score(classes), pick(classes, rows)));
  });
  const best = drawn.map((aucs) => Math.max(0, ...aucs.filter((auc) => !Number.isNaN(auc))));
  return fits.map(({ family, rows, score }, k) => {
    const scores = score(question.classes);
    const units = rows.map((i) => question.units[i]);
    const measured = bootstrapScores(
      scores,
      pick(question.classes, rows),
      units,
      createRandom(question.seed, 2),
    );
    const own = drawn.map((aucs) => aucs[k]).toSorted((one, other) => one - other);
    const asGood = best.filter((auc) => auc >= measured.auc.value).length;
    return {
      family,
      leftOut: question.leftOut,
      pictures: rows.length,
      ...measured,
      chance: own[Math.floor(0.95 * own.length)],
      p: (asGood + 1) / (PERMUTATIONS + 1),
      surest: surestOf(question, rows, scores),
    };
  });
}

const SHOWN = 4;

function surestOf(
  { samples, classes }: Question,
  rows: readonly number[],
  scores: Float64Array,
): [string[], string[]] {
  const order = [...rows.keys()].sort((one, other) => scores[one] - scores[other]);
  const filesOf = (places: readonly number[], kind: number) =>
    places
      .filter((k) => classes[rows[k]] === kind && scores[k] > 0 === (kind === 1))
      .slice(0, SHOWN)
      .map((k) => samples[rows[k]].file);
  return [filesOf(order, 0), filesOf(order.toReversed(), 1)];
}

/** Parts by unit with about as many of each class; null when a class has fewer than two units. */
function foldsOf({ samples, classes, units, seed }: Question): number[][] | null {
  const least = Math.min(...[0, 1].map((kind) => new Set(units.filter((_, i) => classes[i] === kind)).size));
  if (least < 2) return null;
  const index = new Map(samples.map((sample, i) => [sample.file, i]));
  const renamed = samples.map(
    (sample, i): Sample => ({
      ...sample,
      label: classes[i] === 1 ? 'open' : 'closed',
      group: units[i],
    }),
  );
  const folds = Math.min(MOST_FOLDS, least);
  return foldsByGroup(renamed, { folds, seed, by: 'group' }).map((part) =>
    part.map(({ file }) => index.get(file) ?? 0),
  );
}

interface Fit {
  /** Indices of the pictures that have the feature. */
  readonly rows: readonly number[];
  /** Scores of these pictures, each from a fit without it, under any labelling of all pictures. */
  readonly score: (classes: Uint8Array) => Float64Array;
}

function fitOver(
  features: readonly (Feature | null)[],
  classes: Uint8Array,
  folds: readonly (readonly number[])[],
): Fit | undefined {
  const rows = [...features.keys()].filter((i) => features[i] !== null);
  const ones = rows.filter((i) => classes[i] === 1).length;
  if (Math.min(ones, rows.length - ones) < LEAST_PICTURES) return undefined;
  const parts = folds
    .map((fold) => fold.filter((i) => features[i] !== null))
    .filter(({ length }) => length > 0);
  const scorers = parts.map((test) => {
    const held = new Set(test);
    const train = rows.filter((i) => !held.has(i));
    return { test, scorer: scorerOf(features, train, test) };
  });
  const place = new Map(rows.map((row, k) => [row, k]));
  const score = (labelling: Uint8Array) => {
    const scores = new Float64Array(rows.length);
    for (const { test, scorer } of scorers)
      for (const [k, value] of scorer(labelling).entries()) scores[place.get(test[k]) ?? 0] = value;
    return scores;
  };
  return { rows, score };
}

function scorerOf(
  features: readonly (Feature | null)[],
  train: readonly number[],
  test: readonly number[],
): Scorer {
  if (features.some((feature) => typeof feature === 'string'))
    return categoryRates(features.map(String), train, test);
  const rows = features.map((feature) =>
    Float64Array.from(typeof feature === 'object' && feature !== null ? Object.values(feature) : []),
  );
  return discriminant(rows, train, test);
}

/**
 * A labelling as likely as the true one if the feature said nothing: units of one class exchange their
 * classes, so that a scene stays one scene, and inside the others pictures do.
 */
export function shuffleClasses(
  { classes, units }: Pick<Question, 'classes' | 'units'>,
  random: Random,
): Uint8Array {
  const members = Map.groupBy(units.keys(), (i) => units[i]);
  const drawn = new Uint8Array(classes.length);
  const pure = [...members.values()].filter((all) => all.every((i) => classes[i] === classes[all[0]]));
  const exchanged = shuffled(
    random,
    pure.map(([first]) => classes[first]),
  );
  for (const [k, all] of pure.entries()) for (const i of all) drawn[i] = exchanged[k];
  const isPure = new Set(pure);
  for (const all of members.values()) {
    if (isPure.has(all)) continue;
    for (const [k, kind] of shuffled(
      random,
      all.map((i) => classes[i]),
    ).entries())
      drawn[all[k]] = kind;
  }
  return drawn;
}

function pick(classes: Uint8Array, rows: readonly number[]): Uint8Array {
  return Uint8Array.from(rows, (i) => classes[i]);
}
