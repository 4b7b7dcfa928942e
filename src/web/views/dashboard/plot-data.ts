// What a plot draws, apart from how: lines over positions on the horizontal axis. Pure.

/** Colours by the name of their custom property in tokens.css. */
export type Colour =
  | '--open'
  | '--closed'
  | '--uncertain'
  | '--no-bottle'
  | '--wrong'
  | '--ink'
  | '--quiet'
  | '--line';

export interface Line {
  readonly key: string;
  readonly name: string;
  readonly colour: Colour;
  /** One for each position; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly form: 'line' | 'bars' | 'steps';
  readonly dashed?: boolean;
}

export interface PlotData {
  /** Seconds since 1970 where it is time, else any number. */
  readonly at: readonly number[];
  readonly lines: readonly Line[];
  readonly stacked: boolean;
}

/**
 * The columns that uPlot wants. Of stacked lines each has those after it added below, so that drawing them in order
 * leaves of each only its own part in sight.
 */
export function columns({ at, lines, stacked }: PlotData): [number[], ...(number | null)[][]] {
  const values = lines.map((line) => [...line.values]);
  if (stacked) {
    for (let line = values.length - 2; line >= 0; line -= 1) {
      const below = values[line + 1] ?? [];
      values[line] = (values[line] ?? []).map((value, index) => (value ?? 0) + (below[index] ?? 0));
    }
  }
  return [[...at], ...values];
}

/** The largest value that a plot has to make room for; 0 when there is none. */
export function highest(data: PlotData): number {
  const [, ...values] = columns(data);
  return Math.max(0, ...values.flat().filter((value) => value !== null));
}

/** Whether there is anything but nothing to see. */
export function isFlat({ lines }: PlotData): boolean {
  return lines.every(({ values }) => values.every((value) => value === null || value === 0));
}
