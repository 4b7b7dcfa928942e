// Where opinions on labels come from: a frozen trunk with labels left out in turn, or the answers of models.
import { foldsByGroup, type Sample } from '../dataset/index.ts';
import { fitCalibration } from '../evaluate/calibrate.ts';
import type { Results } from '../evaluate/results.ts';
import { calibrated } from '../model/calibration.ts';
import { discriminant } from './discriminant.ts';
import type { Opinion } from './wrong-labels.ts';

/** Fewer bottles of a state than this teach nothing. */
const LEAST = 20;
const FOLDS = 10;

/**
 * What the features of a frozen network say of each bottle after learning from the others: tenfold, near
 * duplicates (`scenes`) left out together, probabilities by Platt's scaling. Empty where a state is too rare.
 */
export function outOfFold(
  samples: readonly Sample[],
  features: readonly Float64Array[],
  scenes: readonly string[],
): Opinion[] {
  const classes = Uint8Array.from(samples, ({ label }) => Number(label === 'open'));
  const opens = classes.reduce((sum, kind) => sum + kind, 0);
  if (Math.min(opens, samples.length - opens) < LEAST) return [];
  const index = new Map(samples.map(({ file }, i) => [file, i]));
  const units = samples.map((sample, i) => ({ ...sample, group: scenes[i] }));
  const scores = new Float64Array(samples.length);
  for (const part of foldsByGroup(units, { folds: FOLDS, seed: 1, by: 'group' })) {
    const test = part.map(({ file }) => index.get(file) ?? 0);
    const held = new Set(test);
    const train = [...samples.keys()].filter((i) => !held.has(i));
    if (test.length === 0) continue;
    for (const [k, score] of discriminant(features, train, test)(classes).entries()) scores[test[k]] = score;
  }
  const logits = [...scores].map((logit, i) => ({ open: classes[i] === 1, logit }));
  const calibration = calibrationOf(logits);
  if (!calibration) return [];
  return logits.map(({ open, logit }, i) => ({
    file: samples[i].file,
    open,
    pOpen: calibrated(logit, calibration),
  }));
}

function calibrationOf(logits: readonly { open: boolean; logit: number }[]) {
  try {
    return fitCalibration(logits);
  } catch (error) {
    // Scores that rank at random have no opinion.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What models said of the bottles among these pictures; the mean where several were asked. */
export function fromResults(samples: readonly Sample[], results: readonly Results[]): Opinion[] {
  const answers = Map.groupBy(
    results.flatMap(({ rows }) => rows),
    ({ file }) => file,
  );
  return samples.flatMap(({ file, label }) => {
    const given = (answers.get(file) ?? []).flatMap(({ answer }) => answer?.p_open ?? []);
    if ((label !== 'open' && label !== 'closed') || given.length === 0) return [];
    const pOpen = given.reduce((sum, p) => sum + p, 0) / given.length;
    return [{ file, open: label === 'open', pOpen }];
  });
}
