import { balancedAccuracy, type Forecast, isRight } from './forecast.ts';

// Pictures of one scene are not independent, so an interval that counts pictures is too narrow. Drawing
// whole groups with replacement shows how far the figure moves from one set of scenes to another.

export interface GroupedForecast extends Forecast {
  readonly group: string;
}

export interface BootstrapOptions {
  readonly seed?: number;
  readonly replicates?: number;
  /** Share of replicates inside the interval, 0–1. */
  readonly level?: number;
}

/** Mulberry32: 32 bits of state are plenty for a thousand draws, and the seed reproduces them. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a group adds to the two recalls; drawing it again adds the same again. */
interface Counts {
  readonly opens: number;
  readonly openRight: number;
  readonly closeds: number;
  readonly closedRight: number;
}

function countsOf(forecasts: readonly Forecast[]): Counts {
  const [opens, closeds] = [forecasts.filter(({ open }) => open), forecasts.filter(({ open }) => !open)];
  return {
    opens: opens.length,
    openRight: opens.filter(isRight).length,
    closeds: closeds.length,
    closedRight: closeds.filter(isRight).length,
  };
}

/** Balanced accuracy of as many groups as there are, each drawn at random; NaN when a state was not drawn. */
function drawOnce(groups: readonly Counts[], random: () => number): number {
  let [opens, openRight, closeds, closedRight] = [0, 0, 0, 0];
  for (let i = 0; i < groups.length; i++) {
    const group = groups[Math.floor(random() * groups.length)];
    if (!group) continue;
    opens += group.opens;
    openRight += group.openRight;
    closeds += group.closeds;
    closedRight += group.closedRight;
  }
  return (openRight / opens + closedRight / closeds) / 2;
}

/**
 * Percentile interval of the balanced accuracy over groups drawn with replacement (Efron's bootstrap).
 * Draws that miss a state have no balanced accuracy and are left out. Null unless both states occur, in two
 * groups at least.
 */
export function balancedAccuracyInterval(
  forecasts: readonly GroupedForecast[],
  { seed = 1, replicates = 1000, level = 0.95 }: BootstrapOptions = {},
): [number, number] | null {
  const groups = [...Map.groupBy(forecasts, ({ group }) => group).values()].map(countsOf);
  if (groups.length < 2 || balancedAccuracy(forecasts) === null) return null;
  const random = uniform(seed);
  const values = Array.from({ length: replicates }, () => drawOnce(groups, random))
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  return [quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)];
}

/** Linear between order statistics; `sorted` must be ascending and not empty. */
function quantile(sorted: readonly number[], probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (position - Math.floor(position)) * (above - below);
}
