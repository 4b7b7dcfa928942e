// How well scores rank one class above the other, and how far that moves when other pictures had been drawn.
import type { Random } from '../nn/random.ts';

export interface Interval {
  readonly value: number;
  /** Middle 95 % of the bootstrap. */
  readonly interval: readonly [low: number, high: number];
}

/**
 * The chance that a picture of class 1 scores above one of class 0, ties counting half (Mann & Whitney 1947);
 * NaN without both. `weights` counts a picture several times, or not at all.
 */
export function rankAuc(scores: Float64Array, classes: Uint8Array, weights?: ArrayLike<number>): number {
  return aucInOrder(orderOf(scores), scores, classes, weights);
}

function orderOf(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores.keys()).sort((i, j) => scores[i] - scores[j]);
}

function aucInOrder(
  order: Uint32Array,
  scores: Float64Array,
  classes: Uint8Array,
  weights?: ArrayLike<number>,
): number {
  let [below, won, ones] = [0, 0, 0];
  for (let start = 0; start < order.length; ) {
    let [tiedOnes, tiedZeros, end] = [0, 0, start];
    for (; end < order.length && scores[order[end]] === scores[order[start]]; end++) {
      const weight = weights ? weights[order[end]] : 1;
      if (classes[order[end]] === 1) tiedOnes += weight;
      else tiedZeros += weight;
    }
    won += tiedOnes * (below + tiedZeros / 2);
    below += tiedZeros;
    ones += tiedOnes;
    start = end;
  }
  return won / (ones * below);
}

/** Mean of both recalls when a score above 0 says class 1; a score of exactly 0 is half right. */
export function balancedAccuracyOf(
  scores: Float64Array,
  classes: Uint8Array,
  weights?: ArrayLike<number>,
): number {
  const right = [0, 0];
  const all = [0, 0];
  for (const [i, kind] of classes.entries()) {
    const weight = weights ? weights[i] : 1;
    all[kind] += weight;
    right[kind] += weight * (scores[i] === 0 ? 0.5 : Number(scores[i] > 0 === (kind === 1)));
  }
  return (right[0] / all[0] + right[1] / all[1]) / 2;
}

const REPLICATES = 500;

/**
 * AUC and balanced accuracy with percentile intervals over whole units drawn with replacement (Efron 1979):
 * pictures of one scene are no independent observations.
 */
export function bootstrapScores(
  scores: Float64Array,
  classes: Uint8Array,
  units: readonly string[],
  random: Random,
): { readonly auc: Interval; readonly balancedAccuracy: Interval } {
  const names = [...new Set(units)];
  const index = new Map(names.map((name, i) => [name, i]));
  const unitOf = Uint32Array.from(units, (unit) => index.get(unit) ?? 0);
  const order = orderOf(scores);
  const drawn: { auc: number; balanced: number }[] = [];
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    const times = new Float64Array(names.length);
    for (let i = 0; i < names.length; i++) times[Math.floor(random() * names.length)]++;
    const weights = Float64Array.from(unitOf, (unit) => times[unit]);
    const auc = aucInOrder(order, scores, classes, weights);
    // A draw without both classes says nothing.
    if (!Number.isNaN(auc)) drawn.push({ auc, balanced: balancedAccuracyOf(scores, classes, weights) });
  }
  return {
    auc: {
      value: aucInOrder(order, scores, classes),
      interval: middle(drawn.map(({ auc }) => auc)),
    },
    balancedAccuracy: {
      value: balancedAccuracyOf(scores, classes),
      interval: middle(drawn.map(({ balanced }) => balanced)),
    },
  };
}

function middle(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}
