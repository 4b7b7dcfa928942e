import type { FastifyError } from 'fastify';
import type { ErrorBody, PictureError } from '../contract/error-body.ts';
import {
  ERRORS,
  type ErrorCode,
  type ErrorValues,
  errorText,
  type Language,
  Refusal,
  type ValuesFor,
} from '../contract/errors.ts';
import { isRule, ruleText } from '../contract/rules.ts';
import { DecodeError } from '../decode/decode-error.ts';
import { StoreUnavailable } from '../store/unavailable.ts';

// Whatever was thrown, as a row of the error table.

export interface Failure {
  readonly code: ErrorCode;
  readonly values: ErrorValues;
}

/** When to try again what the database could not do: it comes back within seconds or not soon. */
export const STORE_RETRY_SECONDS = 5;

export const ACCEPTED_TYPES = 'multipart/form-data, image/jpeg, image/png, image/webp, application/json';

/** What a client is told about a thrown value. What is not known to be the client's doing is INTERNAL. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Refusal || thrown instanceof DecodeError) return thrown;
  if (thrown instanceof StoreUnavailable)
    return failure('STORE_UNAVAILABLE', { seconds: STORE_RETRY_SECONDS });
  return isFastifyError(thrown) ? frameworkFailure(thrown) : failure('INTERNAL', {});
}

function frameworkFailure(error: FastifyError): Failure {
  if (error.statusCode === 415) {
    return failure('UNSUPPORTED_MEDIA_TYPE', { type: 'unknown', accepted: ACCEPTED_TYPES });
  }
  const { statusCode = 500 } = error;
  return statusCode < 500 ? failure('MALFORMED_REQUEST', {}) : failure('INTERNAL', {});
}

function failure<Code extends ErrorCode>(code: Code, values: ValuesFor<Code>): Failure {
  return { code, values };
}

function isFastifyError(thrown: unknown): thrown is FastifyError {
  return thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number';
}

/** The text of the table, and in it the words of the rule that a parameter breaks. */
function sentence(code: ErrorCode, language: Language, values: ErrorValues): string {
  const { rule } = values;
  const words = rule !== undefined && isRule(rule) ? ruleText(language, { ...values, rule }) : rule;
  return errorText(code, language, words === undefined ? values : { ...values, rule: words });
}

export function errorBody({ code, values }: Failure, language: Language, requestId: string): ErrorBody {
  return {
    error: sentence(code, language, values),
    code,
    retryable: ERRORS[code].retryable,
    values,
    language,
    request_id: requestId,
  };
}

export function pictureError(
  { code, values }: Failure,
  language: Language,
  file: string | null,
): PictureError {
  return {
    file,
    status: ERRORS[code].status,
    error: sentence(code, language, values),
    code,
    retryable: ERRORS[code].retryable,
    values,
  };
}
