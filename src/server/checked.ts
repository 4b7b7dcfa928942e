import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Refusal } from '../contract/errors.ts';
import { brokenRule } from '../contract/rules.ts';

/** The value as its schema has it. Throws what `misfit` makes. */
export function checked<Schema extends TSchema>(
  schema: Schema,
  value: unknown,
  otherwise: string,
): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  throw misfit(schema, value, otherwise);
}

/** What a client is told about a value that does not fit; `otherwise` is named where no parameter is to blame. */
export function misfit(schema: TSchema, value: unknown, otherwise: string): Refusal {
  return new Refusal('INVALID_PARAMETER', brokenRule(Value.Errors(schema, value), value, otherwise));
}
