import { normal, type Random } from '../nn/random.ts';

/** How long something takes: the mean, and how far single ones are from it. */
export interface Duration {
  /** At least 0. */
  readonly meanMs: number;
  /** Standard deviation divided by mean: 0 takes always the same, 1 is exponential. */
  readonly spread: number;
}

/** Draws durations, in ms, from the gamma distribution with this mean and spread. */
export function drawDurations({ meanMs, spread }: Duration, random: Random): () => number {
  if (spread === 0) return () => meanMs;
  const shape = 1 / spread ** 2;
  return () => (gamma(shape, random) * meanMs) / shape;
}

/** Gamma with scale 1, by Marsaglia and Tsang (ACM Transactions on Mathematical Software 26, 2000). */
function gamma(shape: number, random: Random): number {
  // Below 1 their method does not hold; they lift the shape by one and take a power of a uniform number.
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}
