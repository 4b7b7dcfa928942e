// From a picture to a verdict or a failure: read the file, send its bytes as they are, read the answer.

import { useEffect } from 'preact/hooks';
import { ERRORS, type ErrorCode, type ErrorValues } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Prediction } from '../contract/prediction.ts';
import { isPrediction, isRefusal } from './answer.ts';
import type { Picture } from './picture.ts';
import { type Failure, inFlight, type PageError, type SessionEvent, type View } from './session.ts';

export const PREDICTIONS_PATH = '/v1/predictions?heatmap=1';

const ANSWER_WITHIN_MS = 60_000;

/** A failure on its way out of the functions below. */
class Failed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** Judges whatever picture is in flight. A new picture, a cancel or a clear aborts the running request. */
export function useJudge(view: View, dispatch: (event: SessionEvent) => void): void {
  const picture = inFlight(view) ? view.picture : null;
  const attempt = inFlight(view) ? view.attempt : 0;
  useEffect(() => {
    if (picture === null) return;
    const aborting = new AbortController();
    judge(picture, aborting.signal, dispatch);
    return () => aborting.abort();
  }, [picture, attempt, dispatch]);
}

async function judge(
  picture: Picture,
  abort: AbortSignal,
  dispatch: (event: SessionEvent) => void,
): Promise<void> {
  const { ticket } = picture;
  try {
    const bytes = await readBytes(picture.blob);
    if (abort.aborted) return;
    dispatch({ type: 'accepted', ticket });
    const prediction = await requestPrediction(picture, bytes, abort);
    dispatch({ type: 'answered', ticket, prediction });
  } catch (error) {
    if (abort.aborted) return;
    const failure = error instanceof Failed ? error.failure : pageFailure('UNEXPECTED_ANSWER');
    dispatch({ type: 'failed', ticket, failure });
  }
}

/** The file's bytes, read before sending: a file that vanished meanwhile is then not mistaken for a lost network. */
async function readBytes(blob: Blob): Promise<ArrayBuffer> {
  if (blob.size === 0) throw new Failed(tableFailure('EMPTY_FILE'));
  if (blob.size > LIMITS.pictureBytes) {
    throw new Failed(tableFailure('FILE_TOO_LARGE', { limit_bytes: LIMITS.pictureBytes, bytes: blob.size }));
  }
  try {
    return await blob.arrayBuffer();
  } catch {
    throw new Failed(pageFailure('UNREADABLE_FILE'));
  }
}

async function requestPrediction(
  picture: Picture,
  body: ArrayBuffer,
  abort: AbortSignal,
): Promise<Prediction> {
  const response = await send(picture, body, abort);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && isPrediction(answer)) return answer;
  if (!response.ok && isRefusal(answer)) {
    const { code, values, retryable, request_id } = answer;
    throw new Failed({ code, values, retryable, requestId: request_id });
  }
  throw new Failed(pageFailure('UNEXPECTED_ANSWER', response.headers.get('x-request-id')));
}

async function send(picture: Picture, body: ArrayBuffer, abort: AbortSignal): Promise<Response> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), ANSWER_WITHIN_MS);
  try {
    return await fetch(PREDICTIONS_PATH, {
      method: 'POST',
      headers: { 'content-type': mediaType(picture.blob) },
      body,
      signal: AbortSignal.any([abort, deadline.signal]),
    });
  } catch {
    throw new Failed(pageFailure(deadline.signal.aborted ? 'TIMED_OUT' : 'OFFLINE'));
  } finally {
    clearTimeout(timer);
  }
}

/** What the file says it is, if that is a picture; the server looks at the bytes in any case. */
export function mediaType(blob: Blob): string {
  return blob.type.startsWith('image/') ? blob.type : 'application/octet-stream';
}

function tableFailure(code: ErrorCode, values: ErrorValues = {}): Failure {
  return { code, values, retryable: ERRORS[code].retryable, requestId: null };
}

function pageFailure(code: PageError, requestId: string | null = null): Failure {
  return { code, values: {}, retryable: true, requestId };
}
