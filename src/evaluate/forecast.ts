/** What every metric here is computed from: the truth about one bottle and the probability given for it. */
export interface Forecast {
  readonly open: boolean;
  /** Calibrated probability of `open`, 0–1. */
  readonly pOpen: number;
}

/** The state a forecast names when it must name one. A probability of exactly one half says open. */
export function saysOpen({ pOpen }: Forecast): boolean {
  return pOpen >= 0.5;
}

export function isRight(forecast: Forecast): boolean {
  return saysOpen(forecast) === forecast.open;
}

/** Probability of the state named, 0.5–1. */
export function confidenceOf({ pOpen }: Forecast): number {
  return Math.max(pOpen, 1 - pOpen);
}

/** The mean of recall on open and recall on closed; null unless both states occur. */
export function balancedAccuracy(forecasts: readonly Forecast[]): number | null {
  const recall = (open: boolean) => {
    const all = forecasts.filter((forecast) => forecast.open === open);
    return all.filter(isRight).length / all.length;
  };
  const value = (recall(true) + recall(false)) / 2;
  return Number.isNaN(value) ? null : value;
}
