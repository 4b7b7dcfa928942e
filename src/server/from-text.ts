import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';

/**
 * What arrives as text (queries, parameters, the environment) as what an object schema says: defaults filled in,
 * integers and booleans read. What does not look like one stays text, so that the check that follows refuses it;
 * TypeBox's own conversion would read 1.5 as 1.
 */
export function fromText(schema: TSchema, given: unknown): unknown {
  const filled = Value.Default(schema, given);
  if (!Type.IsObject(schema) || typeof filled !== 'object' || filled === null) return filled;
  const entries = Object.entries(filled).map(([name, value]) => {
    const expected = schema.properties[name];
    return [name, typeof value === 'string' && expected ? read(expected, value) : value];
  });
  return Object.fromEntries(entries);
}

function read(expected: TSchema, text: string): unknown {
  // The same in either case (RFC 9562); they are kept, and compared as texts, in the one in which they are given out.
  if (Type.IsString(expected) && 'format' in expected && expected.format === 'uuid')
    return text.toLowerCase();
  if (Type.IsInteger(expected)) return /^-?\d+$/.test(text) ? Number(text) : text;
  if (!Type.IsBoolean(expected)) return text;
  if (/^(1|true)$/.test(text)) return true;
  return /^(0|false)$/.test(text) ? false : text;
}
