import type { Forecast } from './forecast.ts';

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
 * The narrowest band outside which, on these forecasts, at least `precision` of the answers open and of the
 * answers closed are right. A side that never gets there is closed off: its threshold is 1 or 0.
 */
export function bandForPrecision(forecasts: readonly Forecast[], precision: number): Band {
  const openAbove = leastThreshold(forecasts, precision);
  const mirrored = forecasts.map(({ open, pOpen }) => ({ open: !open, pOpen: 1 - pOpen }));
  return { closedBelow: 1 - leastThreshold(mirrored, precision), openAbove };
}

/** The lowest threshold of at least one half above which `precision` of the forecasts are open; 1 if none. */
function leastThreshold(forecasts: readonly Forecast[], precision: number): number {
  const sorted = forecasts.filter(({ pOpen }) => pOpen > 0.5).toSorted((a, b) => b.pOpen - a.pOpen);
  let threshold = 1;
  let open = 0;
  for (const [i, forecast] of sorted.entries()) {
    if (forecast.open) open++;
    const next = sorted[i + 1]?.pOpen ?? 0.5;
    // Halfway to the next one: the band is open-ended, so a threshold on a forecast would swallow it.
    if (next !== forecast.pOpen && open / (i + 1) >= precision) threshold = (forecast.pOpen + next) / 2;
  }
  return threshold;
}
