import { errorText } from '../contract/errors.ts';
import { DecodeError } from '../decode/index.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Why a picture has no answer: a row of the error table, the file system's own code, or INTERNAL. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof DecodeError) return { code: error.code, message: textOf(error) };
  if (!(error instanceof Error)) return { code: 'INTERNAL', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'INTERNAL';
  return { code, message: error.message };
}

/** The table names a limit by its unit; decode knows only that it is the limit. */
function textOf({ code, values }: DecodeError): string {
  const { limit } = values;
  return errorText(
    code,
    'en',
    limit === undefined ? values : { ...values, limit_bytes: limit, limit_pixels: limit },
  );
}
