import { Refusal } from '../contract/errors.ts';

/** A value stands behind each, but for the last of a list. */
const MARKS = [',', '[', '{'].map((mark) => mark.charCodeAt(0));

/**
 * Parses a JSON text of at most `most` values, which are counted before any is made: in memory an empty object takes
 * fifty times its two bytes, and checking millions of them would keep everybody waiting. A comma or an opening bracket
 * inside a string counts as a value too. Throws Refusal.
 */
export function parseJson(bytes: Buffer, most: number): unknown {
  refuseMore(bytes, most);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new Refusal('MALFORMED_JSON', {}, { cause });
  }
}

function refuseMore(bytes: Buffer, most: number): void {
  let values = 0;
  for (const mark of MARKS) {
    // Searched natively: a loop over each of millions of bytes would keep everybody waiting as well.
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
      values += 1;
      if (values > most) throw new Refusal('TOO_MANY_VALUES', { limit: most });
    }
  }
}
