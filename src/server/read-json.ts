import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Refusal } from '../contract/errors.ts';
import { readBytes } from './read-bytes.ts';
import type { UploadMemory } from './upload-memory.ts';

/** Reads a JSON body of at most `limit` bytes that fits the schema. Throws Refusal. */
export async function readJson<Schema extends TSchema>(
  request: FastifyRequest,
  schema: Schema,
  limit: number,
  memory: UploadMemory,
): Promise<Static<Schema>> {
  const tooLarge = () => new Refusal('BODY_TOO_LARGE', { limit_bytes: limit });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
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
  const [first] = Value.Errors(schema, value);
  const name = first?.instancePath.slice(1) || 'body';
  throw new Refusal('INVALID_PARAMETER', { name, rule: first?.message ?? 'wrong' });
}
