import { Refusal } from '../contract/errors.ts';

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];

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
  for (const byte of bytes) {
    if (byte !== COMMA && byte !== BRACKET && byte !== BRACE) continue;
    values += 1;
    if (values > most) throw new Refusal('TOO_MANY_VALUES', { limit: most });
  }
}
