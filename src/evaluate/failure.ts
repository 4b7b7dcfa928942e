import { errorText } from '../contract/errors.ts';
import { DecodeError } from '../decode/index.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Why a picture has no answer: a row of the error table, the file system's own code, or INTERNAL. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof DecodeError)
    return { code: error.code, message: errorText(error.code, 'en', error.values) };
  if (!(error instanceof Error)) return { code: 'INTERNAL', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'INTERNAL';
  if (code === 'ENOENT') return { code, message: 'There is no such file.' };
  return { code, message: error.message };
}
