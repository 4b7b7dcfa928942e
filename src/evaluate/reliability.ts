import type { Forecast } from './forecast.ts';

// Whether a probability means what it says. Everything is about P(open) itself, not the confidence in the
// state named: errors on the two states would cancel in the latter.

export interface ReliabilityBin {
  readonly count: number;
  readonly open: number;
  /** Mean probability given, 0–1. */
  readonly meanPOpen: number;
  /** Share that was open, 0–1. */
  readonly shareOpen: number;
}

export interface Binning {
  /** `mass`: about as many forecasts in each bin; `width`: equal steps of probability. */
  readonly by: 'mass' | 'width';
  readonly bins: number;
}

/** Ten bins of equal mass: a bin of equal width holds a handful of forecasts in the middle, mostly noise. */
export const EQUAL_MASS: Binning = { by: 'mass', bins: 10 };
export const EQUAL_WIDTH: Binning = { by: 'width', bins: 10 };

/**
 * Forecasts binned by probability, least first; empty bins are left out. Equal probabilities share a bin, so
 * that the order of the pictures does not matter.
 */
export function reliabilityBins(
  forecasts: readonly Forecast[],
  binning: Binning = EQUAL_MASS,
): ReliabilityBin[] {
  const sorted = forecasts.toSorted((a, b) => a.pOpen - b.pOpen);
  const bins = new Map<number, Forecast[]>();
  let below = 0;
  for (const [pOpen, ties] of Map.groupBy(sorted, (forecast) => forecast.pOpen)) {
    // The middle rank of the tie, on a scale from 0 to the number of bins.
    const middle = below + (ties.length - 1) / 2;
    const place = binning.by === 'mass' ? (middle * binning.bins) / sorted.length : pOpen * binning.bins;
    const bin = Math.min(Math.floor(place), binning.bins - 1);
    bins.set(bin, [...(bins.get(bin) ?? []), ...ties]);
    below += ties.length;
  }
  return [...bins.values()].map(summariseBin);
}

function summariseBin(forecasts: readonly Forecast[]): ReliabilityBin {
  const count = forecasts.length;
  const open = forecasts.filter((forecast) => forecast.open).length;
  const meanPOpen = forecasts.reduce((sum, { pOpen }) => sum + pOpen, 0) / count;
  return { count, open, meanPOpen, shareOpen: open / count };
}

/** Mean distance between probability and frequency over the bins, weighted by count; null without forecasts. */
export function expectedCalibrationError(
  forecasts: readonly Forecast[],
  binning: Binning = EQUAL_MASS,
): number | null {
  if (forecasts.length === 0) return null;
  const gap = ({ count, meanPOpen, shareOpen }: ReliabilityBin) => count * Math.abs(meanPOpen - shareOpen);
  return reliabilityBins(forecasts, binning).reduce((sum, bin) => sum + gap(bin), 0) / forecasts.length;
}

/** Mean squared distance between probability and truth (Brier 1950), 0 best, 1 worst; null without forecasts. */
export function brierScore(forecasts: readonly Forecast[]): number | null {
  return mean(forecasts.map(({ open, pOpen }) => ((open ? 1 : 0) - pOpen) ** 2));
}

/** Mean −ln of the probability given to the truth; infinite after one certain mistake; null without forecasts. */
export function logLoss(forecasts: readonly Forecast[]): number | null {
  return mean(forecasts.map(({ open, pOpen }) => -Math.log(open ? pOpen : 1 - pOpen)));
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
