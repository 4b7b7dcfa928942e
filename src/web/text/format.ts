// Fills texts with values and writes numbers the way the language does.

import type { Language } from '../../contract/errors.ts';

export type Values = Readonly<Record<string, string | number>>;

/** The language tag that `Intl` and `<html lang>` understand. */
export function localeOf(language: Language): string {
  return language === 'pt' ? 'pt-BR' : 'en';
}

/** `{name}` becomes its value; a placeholder without a value stays as it is. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

/**
 * A probability as a percentage that is never rounded to certainty: whole numbers in the middle,
 * one decimal near the ends, and beyond that only a bound.
 */
export function percent(probability: number, language: Language): string {
  const write = (value: number, digits: number): string =>
    new Intl.NumberFormat(localeOf(language), {
      style: 'percent',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  if (probability > 0.9995) return `> ${write(0.999, 1)}`;
  if (probability < 0.0005) return `< ${write(0.001, 1)}`;
  const nearAnEnd = probability >= 0.985 || probability <= 0.015;
  return write(probability, nearAnEnd ? 1 : 0);
}

/** Bytes as kB or MB (powers of ten, as the contract counts). */
export function fileSize(bytes: number, language: Language): string {
  const kilo = bytes < 1_000_000;
  return new Intl.NumberFormat(localeOf(language), {
    style: 'unit',
    unit: kilo ? 'kilobyte' : 'megabyte',
    maximumFractionDigits: kilo ? 0 : 1,
  }).format(bytes / (kilo ? 1e3 : 1e6));
}
