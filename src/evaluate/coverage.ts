import { confidenceOf, type Forecast, isRight } from './forecast.ts';

/** Answering only the most confident `coverage` of the pictures, `accuracy` of the answers are right. */
export interface CoveragePoint {
  readonly coverage: number;
  readonly accuracy: number;
  /** The least confidence that is still answered, 0.5–1. */
  readonly confidence: number;
}

/** The risk–coverage curve, most confident first; forecasts of equal confidence enter together. */
export function coverageCurve(forecasts: readonly Forecast[]): CoveragePoint[] {
  const sorted = forecasts.toSorted((a, b) => confidenceOf(b) - confidenceOf(a));
  const points: CoveragePoint[] = [];
  let right = 0;
  for (const [i, forecast] of sorted.entries()) {
    if (isRight(forecast)) right++;
    const next = sorted[i + 1];
    const confidence = confidenceOf(forecast);
    if (next && confidenceOf(next) === confidence) continue;
    points.push({ coverage: (i + 1) / sorted.length, accuracy: right / (i + 1), confidence });
  }
  return points;
}

/** Accuracy when at least `coverage` (0–1) of the pictures must be answered; null without forecasts. */
export function accuracyAtCoverage(forecasts: readonly Forecast[], coverage: number): number | null {
  return coverageCurve(forecasts).find((point) => point.coverage >= coverage)?.accuracy ?? null;
}

/** The widest coverage at which the answers are right at least `accuracy` of the time; 0 when there is none. */
export function coverageAtAccuracy(forecasts: readonly Forecast[], accuracy: number): number {
  return coverageCurve(forecasts).findLast((point) => point.accuracy >= accuracy)?.coverage ?? 0;
}
