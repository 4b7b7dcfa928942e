import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** Undefined for what is no JSON of that form: cut off, written by another version, or by anyone else. */
export function jsonOf<Schema extends TSchema>(schema: Schema, text: string): Static<Schema> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
