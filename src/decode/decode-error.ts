import type { ErrorCode } from '../contract/errors.ts';

/** Why a picture was refused: rows of the project's error table. */
export const DECODE_ERROR_CODES = [
  'EMPTY_FILE',
  'UNSUPPORTED_FORMAT',
  'ANIMATED_PICTURE',
  'BROKEN_PICTURE',
  'TOO_MANY_PIXELS',
  'FILE_TOO_LARGE',
  'DECODER_FAILED',
] as const satisfies readonly ErrorCode[];
export type DecodeErrorCode = (typeof DECODE_ERROR_CODES)[number];

/** What fills the placeholders of the code's sentences in the error table, and a little more. */
export type DecodeErrorValues = Readonly<Record<string, string | number>>;

/**
 * A file that is not a picture we read. `values` by code:
 * UNSUPPORTED_FORMAT `{found, allowed}`, ANIMATED_PICTURE `{frames}`, BROKEN_PICTURE `{format}`,
 * TOO_MANY_PIXELS `{width, height, actual_pixels, limit_pixels}`, FILE_TOO_LARGE `{actual_bytes, limit_bytes}`,
 * DECODER_FAILED `{reason, seconds}` by whoever decodes in a process of its own.
 */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code: DecodeErrorCode;
  readonly values: DecodeErrorValues;

  constructor(code: DecodeErrorCode, values: DecodeErrorValues = {}, options?: ErrorOptions) {
    const details = Object.entries(values).map(([key, value]) => `${key}=${value}`);
    super([code, ...details].join(' '), options);
    this.code = code;
    this.values = values;
  }
}
