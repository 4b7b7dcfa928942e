// The sentence for a failure: from the contract's table, or from the page's own texts.

import { errorText, isErrorCode } from '../../contract/errors.ts';
import type { Failure } from '../api/failure.ts';
import type { Speech } from './context.ts';

export function failureText(failure: Failure, speech: Speech): string {
  return isErrorCode(failure.code)
    ? errorText(failure.code, speech.language, failure.values)
    : speech.say(`error_${failure.code}`);
}
