// What can go wrong between the page and the server, as plain data.

import { ERRORS, type ErrorCode, type ErrorValues } from '../../contract/errors.ts';

/** What can go wrong before the server has said anything; the rest is the contract's error table. */
export const PAGE_ERRORS = [
  'OFFLINE',
  'TIMED_OUT',
  'UNREADABLE_FILE',
  'UNEXPECTED_ANSWER',
  'CANCELLED',
] as const;
export type PageError = (typeof PAGE_ERRORS)[number];

export interface Failure {
  readonly code: ErrorCode | PageError;
  readonly values: ErrorValues;
  readonly retryable: boolean;
  /** For the operator's log; null when the request never reached the server. */
  readonly requestId: string | null;
  /** Seconds that the server asks to wait (Retry-After); null when it does not. */
  readonly retryAfter: number | null;
}

/** A failure on its way out of a function. */
export class Failed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

export function tableFailure(code: ErrorCode, values: ErrorValues = {}): Failure {
  return { code, values, retryable: ERRORS[code].retryable, requestId: null, retryAfter: null };
}

export function pageFailure(code: PageError, requestId: string | null = null): Failure {
  return { code, values: {}, retryable: true, requestId, retryAfter: null };
}

/** The failure that an error of any kind stands for. */
export function failureOf(error: unknown): Failure {
  return error instanceof Failed ? error.failure : pageFailure('UNEXPECTED_ANSWER');
}

/** Whether another API key could help. */
export function wantsKey({ code }: Failure): boolean {
  return code === 'UNAUTHORIZED' || code === 'INVALID_CREDENTIALS';
}
