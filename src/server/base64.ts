import { Refusal } from '../contract/errors.ts';

/** The text, if it is base64, that for URLs included, and nothing else; `number` tells which text it is. Throws Refusal. */
export function checkBase64(text: string, number: number): string {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw new Refusal('MALFORMED_BASE64', { number });
  return text;
}
