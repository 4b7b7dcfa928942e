// Months in UTC, as partitions of the prediction log.

export interface Month {
  /** As in `predictions_2026_11`. */
  readonly name: string;
  readonly from: Date;
  /** The beginning of the next one. */
  readonly to: Date;
}

/** The month of `now` and the `ahead` after it. */
export function monthsFrom(now: Date, ahead: number): Month[] {
  return Array.from({ length: ahead + 1 }, (_, i) => month(now.getUTCFullYear(), now.getUTCMonth() + i));
}

/** The month of a partition by that name; undefined for any other table. */
export function monthOf(table: string): Month | undefined {
  const [, year, number] = /^predictions_(\d{4})_(\d{2})$/.exec(table) ?? [];
  return year && number ? month(Number(year), Number(number) - 1) : undefined;
}

export function tableOf({ name }: Month): string {
  return `predictions_${name}`;
}

/** `index` counts from 0 for January and may run over the year. */
function month(year: number, index: number): Month {
  const from = new Date(Date.UTC(year, index));
  const name = from.toISOString().slice(0, 7).replace('-', '_');
  return { name, from, to: new Date(Date.UTC(year, index + 1)) };
}
