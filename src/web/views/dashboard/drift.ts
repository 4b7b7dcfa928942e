// Whether today's answers are spread as the model's card says they were when it was tested.

/** How far two spreads lie apart, and how far chance alone would set them. */
export interface Drift {
  /** Population stability index: the symmetric Kullback–Leibler distance of two histograms; 0 for equal ones. */
  readonly psi: number;
  /** What chance exceeds in one case of twenty, with so many answers and such a reference. */
  readonly chance: number;
  readonly level: 'none' | 'some' | 'strong';
}

/** Fewer answers than this say nothing about a spread. */
export const FEWEST = 50;

/** The usual reading of the index: below the first nothing has changed, above the second much has. */
const SOME = 0.1;
const STRONG = 0.25;

/**
 * Compares two histograms over the same bins.
 * @param now counts of today's answers
 * @param reference counts of the card
 * @returns null when either holds fewer than `FEWEST`, or their bins differ
 *
 * Half a count is added to every bin, so that an empty one has a logarithm. The index times nm / (n + m) is about
 * chi-squared with one degree of freedom less than there are bins (Yurdakul 2018), which gives `chance`.
 */
export function driftOf(now: readonly number[], reference: readonly number[]): Drift | null {
  const [n, m] = [sum(now), sum(reference)];
  if (n < FEWEST || m < FEWEST || now.length !== reference.length || now.length < 2) return null;
  const share = (counts: readonly number[], total: number, bin: number): number =>
    ((counts[bin] ?? 0) + 0.5) / (total + counts.length / 2);
  const psi = sum(
    now.map((_, bin) => {
      const [p, q] = [share(now, n, bin), share(reference, m, bin)];
      return (p - q) * Math.log(p / q);
    }),
  );
  const chance = chiSquared95(now.length - 1) * (1 / n + 1 / m);
  const level = psi <= Math.max(SOME, chance) ? 'none' : psi <= Math.max(STRONG, chance) ? 'some' : 'strong';
  return { psi, chance, level };
}

/** The 95 % point of the chi-squared distribution, after Wilson and Hilferty (1931). */
function chiSquared95(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 1.6449 * Math.sqrt(spread)) ** 3;
}

/** A histogram in fewer bins of equal width; null when they do not divide. */
export function rebinned(counts: readonly number[], bins: number): number[] | null {
  const together = counts.length / bins;
  if (!Number.isInteger(together) || together < 1) return null;
  return Array.from({ length: bins }, (_, bin) => sum(counts.slice(bin * together, (bin + 1) * together)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
