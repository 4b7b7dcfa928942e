import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Refusal } from '../contract/errors.ts';
import { brokenRule } from '../contract/rules.ts';
import { readBytes } from './read-bytes.ts';
import type { UploadMemory } from './upload-memory.ts';

/** Reads a JSON body of at most `limit` bytes that fits the schema. Throws Refusal. */
export async function readJson<Schema extends TSchema>(
  request: FastifyRequest,
  schema: Schema,
  limit: number,
  memory: UploadMemory,
): Promise<Static<Schema>> {
  const announced = Number(request.headers['content-length'] ?? 0);
  const tooLarge = () =>
    new Refusal('BODY_TOO_LARGE', { limit_bytes: limit, ...(announced && { actual_bytes: announced }) });
  if (announced > limit) throw tooLarge();
  const account = memory.open();
  try {
    const bytes = await readBytes(request.raw, limit, account, tooLarge);
    // The text and the values parsed from it are there beside the bytes.
    account.take(2 * bytes.length);
    return checked(schema, parse(bytes));
  } finally {
    account.close();
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Refusal('MALFORMED_JSON', {}, { cause: error });
  }
}

function checked<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  throw new Refusal('INVALID_PARAMETER', brokenRule(Value.Errors(schema, value), value, 'body'));
}
