// Times of day and dates as the language writes them, in the time zone of whoever reads.

import type { Language } from '../../../contract/errors.ts';
import { localeOf } from '../../text/format.ts';

/** For example "23 de nov. de 2026, 07:15". `time` as RFC 3339. */
export function when(time: string, language: Language): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  );
}
