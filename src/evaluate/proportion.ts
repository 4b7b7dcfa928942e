import type { Proportion } from '../model/card.ts';
import { inverseIncompleteBeta } from './beta.ts';

/**
 * Exact binomial interval (Clopper & Pearson 1934) for k successes of n, as fractions.
 * It covers the true rate at least `level` of the time, whatever the rate. [0, 1] when n is 0.
 */
export function clopperPearson(k: number, n: number, level = 0.95): [number, number] {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || k > n)
    throw new RangeError(`${k} of ${n} is no proportion`);
  const tail = (1 - level) / 2;
  return [
    k === 0 ? 0 : inverseIncompleteBeta(tail, k, n - k + 1),
    k === n ? 1 : inverseIncompleteBeta(1 - tail, k + 1, n - k),
  ];
}

/** k of n with its exact 95 % interval; null when nothing was counted, since 0 of 0 has no value. */
export function proportion(count: number, of: number): Proportion | null {
  if (of === 0) return null;
  return { value: count / of, count, of, interval: clopperPearson(count, of) };
}

/** The share of `items` that satisfy `test`. */
export function shareOf<T>(items: readonly T[], test: (item: T) => boolean): Proportion | null {
  return proportion(items.filter(test).length, items.length);
}
