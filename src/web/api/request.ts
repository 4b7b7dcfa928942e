// Every request of the page to the server: with the key if there is one, within a time, its answer checked.

import { isRefusal } from './answer.ts';
import { Failed, type Failure, pageFailure, wantsKey } from './failure.ts';
import { askForKey, keyHeader } from './key.ts';

const ANSWER_WITHIN_MS = 60_000;

export interface Asked extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The answer of `path` as JSON that `isExpected` accepts.
 * @throws {Failed} when the server refuses, is not reached, takes too long or says something else
 */
export async function requestJson<T>(
  path: string,
  isExpected: (answer: unknown) => answer is T,
  asked: Asked = {},
): Promise<T> {
  const response = await request(path, asked);
  const answer: unknown = await response.json().catch(() => null);
  if (isExpected(answer)) return answer;
  throw new Failed(pageFailure('UNEXPECTED_ANSWER', response.headers.get('x-request-id')));
}

/**
 * The response to a request that the server has granted, its body not yet read.
 * @throws {Failed} as `requestJson`
 */
export async function request(path: string, asked: Asked = {}): Promise<Response> {
  const response = await send(path, asked);
  if (response.ok) return response;
  const failure = await refusalOf(response);
  if (!wantsKey(failure)) throw new Failed(failure);
  askForKey();
  // With the key that is asked for it can go better.
  throw new Failed({ ...failure, retryable: true });
}

async function send(path: string, { signal, headers, ...rest }: Asked): Promise<Response> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), ANSWER_WITHIN_MS);
  const signals = signal == null ? [deadline.signal] : [signal, deadline.signal];
  try {
    return await fetch(path, {
      ...rest,
      headers: { ...keyHeader(), ...headers },
      signal: AbortSignal.any(signals),
    });
  } catch {
    if (signal?.aborted) throw new Failed(pageFailure('CANCELLED'));
    throw new Failed(pageFailure(deadline.signal.aborted ? 'TIMED_OUT' : 'OFFLINE'));
  } finally {
    clearTimeout(timer);
  }
}

async function refusalOf(response: Response): Promise<Failure> {
  const answer: unknown = await response.json().catch(() => null);
  const requestId = response.headers.get('x-request-id');
  if (!isRefusal(answer)) return pageFailure('UNEXPECTED_ANSWER', requestId);
  const { code, values, retryable, request_id } = answer;
  return { code, values, retryable, requestId: request_id, retryAfter: secondsToWait(response.headers) };
}

/** Retry-After as seconds; null where there is none. This project's servers never send it as a date. */
function secondsToWait(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
