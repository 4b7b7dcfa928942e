// Counts, shares, durations and times as the language writes them.

import type { Language } from '../../../contract/errors.ts';
import { localeOf } from '../../text/format.ts';
import { RANGES, type Range } from './statistics.ts';

export function whole(value: number, language: Language): string {
  return new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 0 }).format(value);
}

/** A measured share: unlike a probability it may be 0 % or 100 %. */
export function share(value: number, language: Language): string {
  const digits = value === 0 || value === 1 || (value > 0.1 && value < 0.9) ? 0 : 1;
  return new Intl.NumberFormat(localeOf(language), {
    style: 'percent',
    maximumFractionDigits: digits,
  }).format(value);
}

/** A share with one decimal, whatever it is: for measurements that stand beside one another. */
export function precise(value: number, language: Language): string {
  return new Intl.NumberFormat(localeOf(language), {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(value);
}

export function decimal(value: number, language: Language): string {
  return new Intl.NumberFormat(localeOf(language), {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(value);
}

/** Milliseconds below a second, else seconds. */
export function duration(milliseconds: number, language: Language): string {
  const inSeconds = milliseconds >= 1000;
  return new Intl.NumberFormat(localeOf(language), {
    style: 'unit',
    unit: inSeconds ? 'second' : 'millisecond',
    maximumSignificantDigits: 3,
  }).format(inSeconds ? milliseconds / 1000 : milliseconds);
}

/** How a time on the axis is written: hours within a day, days beyond. `at` in seconds since 1970. */
export function axisTime(at: number, range: Range, language: Language): string {
  const within = RANGES[range].milliseconds <= RANGES.day.milliseconds;
  // By 24 hours in both languages: there is little room.
  const form = within
    ? ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const)
    : ({ day: 'numeric', month: 'short' } as const);
  return new Intl.DateTimeFormat(localeOf(language), form).format(new Date(at * 1000));
}

/** The same with all that tells buckets apart. */
export function bucketTime(at: number, range: Range, language: Language): string {
  const day = { day: 'numeric', month: 'short' } as const;
  const hour = { hour: '2-digit', minute: '2-digit' } as const;
  const form = RANGES[range].bucket === 'day' ? day : { ...day, ...hour };
  return new Intl.DateTimeFormat(localeOf(language), form).format(new Date(at * 1000));
}
