import { Refusal } from '../contract/errors.ts';

// Where a page ends, as text that clients hand back unread.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Position {
  /** Which of several lists in a row. */
  readonly list: string;
  /** What the list is sorted by; then by id. */
  readonly key: string;
  readonly id: string;
}

export function writeCursor({ list, key, id }: Position): string {
  return `${list}~${key}~${id}`;
}

/** `isKey` tells for each list what its keys look like. Throws Refusal (INVALID_PARAMETER). */
export function readCursor(
  text: string,
  isKey: Readonly<Record<string, (key: string) => boolean>>,
): Position {
  const [list = '', key = '', id = '', ...more] = text.split('~');
  const known = Object.hasOwn(isKey, list) && isKey[list]?.(key) && UUID.test(id) && more.length === 0;
  if (!known) throw new Refusal('INVALID_PARAMETER', { name: 'cursor', rule: 'cursor' });
  return { list, key, id };
}

export function isNumber(text: string): boolean {
  return /^\d(\.\d+)?(e-\d+)?$/.test(text);
}

/** A year 0 is none to PostgreSQL, and no page ends there. */
export function isTime(text: string): boolean {
  return /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
