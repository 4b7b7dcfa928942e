import type { FastifyRequest } from 'fastify';
import { Refusal } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import { PredictionRequest } from '../contract/prediction.ts';
import { checkBase64 } from './base64.ts';
import { ACCEPTED_TYPES } from './failure.ts';
import type { Picture } from './predictor.ts';
import { readBytes } from './read-bytes.ts';
import { readJsonOn } from './read-json.ts';
import type { UploadAccount, UploadMemory } from './upload-memory.ts';

// The pictures of a request, one after the other as they arrive: never more of a body in memory than is being used.

export interface Upload extends Picture {
  /** Whether the client sent it as an item of a list, and so awaits a list. */
  readonly listed: boolean;
  /** Must be called once the bytes are no longer needed. */
  done(): void;
}

/** Room for the boundaries, part headers and small fields around the pictures of a form. */
const FORM_OVERHEAD = 100_000;

/** Fields and empty files that a form may have beside its pictures. */
const OTHER_PARTS = 84;

/**
 * Reads a multipart form, a raw picture or base64 in JSON, whichever the Content-Type says. Throws Refusal.
 * @param most pictures of one request
 */
export function readPictures(
  request: FastifyRequest,
  memory: UploadMemory,
  most: number = LIMITS.picturesPerRequest,
): AsyncGenerator<Upload> {
  refuseEncoded(request);
  const type = mediaType(request);
  if (type === 'multipart/form-data') return readForm(request, memory, most);
  if (type === 'application/json') return readBase64(request, memory, most);
  if (type.startsWith('image/') || type === 'application/octet-stream') return readRaw(request, memory);
  if (!hasBody(request)) throw new Refusal('NO_FILE', { field: 'image' });
  throw new Refusal('UNSUPPORTED_MEDIA_TYPE', { type, accepted: ACCEPTED_TYPES });
}

/** The picture of one form field; the rest of the form is not read. Throws Refusal. */
export async function readFormPicture(
  request: FastifyRequest,
  field: string,
  memory: UploadMemory,
): Promise<Upload> {
  refuseEncoded(request);
  if (mediaType(request) === 'multipart/form-data') {
    refuseLonger(request, LIMITS.pictureBytes + FORM_OVERHEAD, tooLarge);
    for await (const upload of readForm(request, memory, LIMITS.picturesPerRequest, field)) return upload;
  }
  throw new Refusal('NO_FILE', { field });
}

async function* readForm(
  request: FastifyRequest,
  memory: UploadMemory,
  most: number,
  only?: string,
): AsyncGenerator<Upload> {
  const limit = most * LIMITS.pictureBytes;
  refuseLonger(request, limit + FORM_OVERHEAD, (length) => bodyTooLarge(limit, length));
  let pictures = 0;
  try {
    const parts = most + OTHER_PARTS;
    for await (const part of request.parts({ limits: { parts, fields: parts } })) {
      if (part.type !== 'file') continue;
      if (only && part.fieldname !== only) {
        part.file.resume();
        continue;
      }
      pictures += 1;
      if (pictures > most) throw tooMany(most);
      const account = memory.open();
      const bytes = await settled(account, readBytes(part.file, LIMITS.pictureBytes, account, tooLarge));
      // A form sent without choosing a file has a part with neither name nor content.
      if (bytes.length === 0 && !part.filename) {
        pictures -= 1;
        continue;
      }
      const listed = /^images(\[\])?$/.test(part.fieldname);
      yield { file: cleanName(part.filename), bytes, listed, done: () => account.close() };
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (isPartsLimit(error)) throw new Refusal('TOO_MANY_FIELDS', { limit: most + OTHER_PARTS });
    throw new Refusal('MALFORMED_MULTIPART', {}, { cause: error });
  }
}

const isPartsLimit = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^FST_(PARTS|FIELDS)_LIMIT$/.test(String(error.code));

async function* readRaw(request: FastifyRequest, memory: UploadMemory): AsyncGenerator<Upload> {
  refuseLonger(request, LIMITS.pictureBytes, tooLarge);
  const account = memory.open();
  const bytes = await settled(account, readBytes(request.raw, LIMITS.pictureBytes, account, tooLarge));
  yield { file: nameOf(request), bytes, listed: false, done: () => account.close() };
}

async function* readBase64(
  request: FastifyRequest,
  memory: UploadMemory,
  most: number,
): AsyncGenerator<Upload> {
  // The texts are there until the last of them has become a picture.
  const body = memory.open();
  try {
    const { image, images } = await readJsonOn(body, request, PredictionRequest, LIMITS.jsonBytes);
    const texts = [...(image === undefined ? [] : [image]), ...(images ?? [])];
    if (texts.length > most) throw tooMany(most, texts.length);
    // All of them are looked at before any is answered: what is refused as a whole must not be answered in part.
    const digits = texts.map((text, index) => base64Of(text, index + 1));
    const longest = Math.max(0, ...digits.map((digit) => Buffer.byteLength(digit, 'base64')));
    if (longest > LIMITS.pictureBytes) throw tooLarge(longest);
    for (const digit of digits) {
      const bytes = Buffer.from(digit, 'base64');
      const account = memory.open();
      account.take(bytes.length);
      yield { file: null, bytes, listed: images !== undefined, done: () => account.close() };
    }
  } finally {
    body.close();
  }
}

/** The digits of a base64 text without prefix and white space. Throws Refusal. */
function base64Of(text: string, number: number): string {
  return checkBase64(text.replace(/^data:[^,]{0,100};base64,/, '').replace(/\s+/g, ''), number);
}

/** Closes the account when the reading fails: nobody will get bytes that they could be done with. */
async function settled<T>(account: UploadAccount, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    account.close();
    throw error;
  }
}

/** A compressed body would be a bomb's hiding place. */
export function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new Refusal('UNSUPPORTED_ENCODING', { encoding: encoding.slice(0, 50) });
}

/** Refuses by the announced length, before anything is read. */
export function refuseLonger(
  request: FastifyRequest,
  limit: number,
  refusal: (length: number) => Refusal,
): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limit) throw refusal(length);
}

function mediaType(request: FastifyRequest): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase().slice(0, 100);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The name that a body of its own may bring (RFC 6266); one that cannot be read is none. */
function nameOf({ headers }: FastifyRequest): string | null {
  const disposition = headers['content-disposition'] ?? '';
  const [, encoded = ''] = /;\s*filename\*=UTF-8''([^;\s]+)/i.exec(disposition) ?? [];
  const [, plain = ''] = /;\s*filename="?([^";]+)/i.exec(disposition) ?? [];
  try {
    return cleanName(decodeURIComponent(encoded) || plain);
  } catch {
    return cleanName(plain);
  }
}

/** A file name as it may be stored and shown: no control characters, no endless names. */
function cleanName(name: string | undefined): string | null {
  return name?.replace(/\p{Cc}/gu, '').slice(0, 255) || null;
}

const tooMany = (limit: number, actual?: number) =>
  new Refusal('TOO_MANY_PICTURES', { limit, ...(actual && { actual }) });

const tooLarge = (length?: number) =>
  new Refusal('FILE_TOO_LARGE', {
    limit_bytes: LIMITS.pictureBytes,
    ...(length && { actual_bytes: length }),
  });

const bodyTooLarge = (limit: number, length: number) =>
  new Refusal('BODY_TOO_LARGE', { limit_bytes: limit, actual_bytes: length });
