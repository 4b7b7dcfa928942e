import { Refusal } from '../contract/errors.ts';

/** Within these years every database and every reader of RFC 3339 agrees on a time. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Any RFC 3339 time in the one spelling that the store uses: UTC with milliseconds. A zone's name in brackets (RFC
 * 9557) adds nothing to the offset before it, a leap second is the second before it, and a time outside the years 1 to
 * 9999 is the nearest one inside. Throws Refusal (INVALID_PARAMETER) for what is no time.
 */
export function asWritten(time: string): string {
  const [plain = ''] = time.toUpperCase().split('[');
  const parsed = Date.parse(plain.replace(/:60(?=[.Z+-])/, ':59'));
  if (Number.isNaN(parsed)) {
    throw new Refusal('INVALID_PARAMETER', { name: 'time', rule: 'time' });
  }
  return new Date(Math.min(Math.max(parsed, FIRST_MS), LAST_MS)).toISOString();
}
