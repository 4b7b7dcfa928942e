import type { Proportion } from '../model/card.ts';

const NONE = '–';

/** "92.1 %", with one digit: more would pretend to know more than the intervals allow. */
export function share(value: number | null): string {
  return value === null ? NONE : `${(100 * value).toFixed(1)} %`;
}

/** "92.1 % · 461 of 500 · 89.4–94.3" */
export function counted(proportion: Proportion | null): string {
  if (!proportion) return NONE;
  const { value, count, of, interval } = proportion;
  return `${share(value)} · ${count} of ${of} · ${span(interval)}`;
}

export function span([low, high]: readonly [number, number]): string {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
}

export function score(value: number | null): string {
  return value === null ? NONE : value.toFixed(3);
}
