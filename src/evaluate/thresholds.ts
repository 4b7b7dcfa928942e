import { confidenceOf, type Forecast, isRight } from './forecast.ts';

// Where `uncertain` begins and ends. Two ways to choose it: what each mistake costs, or how often an answer
// must be right.

/** P(open) inside [closedBelow, openAbove] is uncertain. */
export interface Band {
  readonly closedBelow: number;
  readonly openAbove: number;
}

/** Costs of calling a closed bottle open, of calling an open one closed, and of not answering; all above 0. */
export interface Costs {
  readonly open: number;
  readonly closed: number;
  readonly uncertain: number;
}

/**
 * The band of least expected cost (Chow 1970): open is worth saying when (1 − p)·cost of a wrong open is below
 * the cost of silence, closed when p·cost of a wrong closed is. When silence never pays the band is one point,
 * where both answers cost the same.
 */
export function bandFromCosts({ open, closed, uncertain }: Costs): Band {
  const openAbove = 1 - uncertain / open;
  const closedBelow = uncertain / closed;
  if (closedBelow < openAbove) return { closedBelow, openAbove };
  const even = open / (open + closed);
  return { closedBelow: even, openAbove: even };
}

/**
 * The narrowest band about one half outside which, on these forecasts, at least `precision` of the answers are right;
 * 0 to 1 where nothing reaches that. Both states are told from the same confidence on, which leaves the fewest
 * uncertain (Chow 1970): asked of each state by itself, the rarer one would hardly ever be told.
 */
export function bandForPrecision(forecasts: readonly Forecast[], precision: number): Band {
  const sorted = forecasts
    .map((forecast) => ({ right: isRight(forecast), confidence: confidenceOf(forecast) }))
    .filter(({ confidence }) => confidence > 0.5)
    .toSorted((one, other) => other.confidence - one.confidence);
  let threshold = 1;
  let right = 0;
  for (const [i, forecast] of sorted.entries()) {
    if (forecast.right) right++;
    const next = sorted[i + 1]?.confidence ?? 0.5;
    // Halfway to the next one: the band is open-ended, so a threshold on a forecast would swallow it.
    if (next !== forecast.confidence && right / (i + 1) >= precision)
      threshold = (forecast.confidence + next) / 2;
  }
  return { closedBelow: 1 - threshold, openAbove: threshold };
}
