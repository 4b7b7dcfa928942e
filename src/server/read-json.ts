import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Refusal } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import { checked } from './checked.ts';
import { parseJson } from './parse-json.ts';
import { readBytes } from './read-bytes.ts';
import type { UploadAccount, UploadMemory } from './upload-memory.ts';

/** Reads a JSON body of at most `limit` bytes that fits the schema. Throws Refusal. */
export async function readJson<Schema extends TSchema>(
  request: FastifyRequest,
  schema: Schema,
  limit: number,
  memory: UploadMemory,
): Promise<Static<Schema>> {
  const account = memory.open();
  try {
    return await readJsonOn(account, request, schema, limit);
  } finally {
    account.close();
  }
}

/** The same for a value that stays in use for a while: the caller closes the account once it is not. */
export async function readJsonOn<Schema extends TSchema>(
  account: UploadAccount,
  request: FastifyRequest,
  schema: Schema,
  limit: number,
): Promise<Static<Schema>> {
  const announced = Number(request.headers['content-length'] ?? 0);
  const tooLarge = () =>
    new Refusal('BODY_TOO_LARGE', { limit_bytes: limit, ...(announced && { actual_bytes: announced }) });
  if (announced > limit) throw tooLarge();
  const bytes = await readBytes(request.raw, limit, account, tooLarge);
  // The text and the values parsed from it are there beside the bytes.
  account.take(2 * bytes.length);
  return checked(schema, parseJson(bytes, LIMITS.jsonValues), 'body');
}
