import type { Forecast } from './forecast.ts';

/** Calling everything from `threshold` up open: shares of closed and of open bottles called open. */
export interface RocPoint {
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/**
 * The ROC curve from (0, 0) to (1, 1), one point for each distinct probability: equal ones enter together,
 * so a tie becomes a slanted step. Empty unless both states occur.
 */
export function rocCurve(forecasts: readonly Forecast[]): RocPoint[] {
  const sorted = forecasts.toSorted((a, b) => b.pOpen - a.pOpen);
  const opens = sorted.filter(({ open }) => open).length;
  const closeds = sorted.length - opens;
  if (opens === 0 || closeds === 0) return [];
  const points: RocPoint[] = [{ threshold: Infinity, falsePositiveRate: 0, truePositiveRate: 0 }];
  let truePositives = 0;
  for (const [i, { open, pOpen }] of sorted.entries()) {
    if (open) truePositives++;
    if (sorted[i + 1]?.pOpen === pOpen) continue;
    points.push({
      threshold: pOpen,
      falsePositiveRate: (i + 1 - truePositives) / closeds,
      truePositiveRate: truePositives / opens,
    });
  }
  return points;
}

/** Area under the ROC curve by trapezia, 0–1; null unless both states occur. */
export function areaUnderRoc(forecasts: readonly Forecast[]): number | null {
  const points = rocCurve(forecasts);
  if (points.length === 0) return null;
  return points.slice(1).reduce((area, to, i) => {
    const from = points[i] ?? to;
    const width = to.falsePositiveRate - from.falsePositiveRate;
    return area + (width * (from.truePositiveRate + to.truePositiveRate)) / 2;
  }, 0);
}
