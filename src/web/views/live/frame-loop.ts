// Judges what a video shows, one frame at a time: while one is away no other is taken, so the next one is always the
// newest, and there is never a queue.

import type { Prediction } from '../../../contract/prediction.ts';
import { type Failure, failureOf, wantsKey } from '../../api/failure.ts';
import { requestPrediction } from '../../api/predict.ts';
import { frameOf } from '../../intake/camera.ts';

/** Large enough that a mouth across the table keeps its pixels, small enough to be sent several times a second. */
export const LONG_SIDE = 1_280;
const QUALITY = 0.85;

/** A wait after a failure that says nothing of it: doubled each time, up to the last. */
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 15_000;

export interface FrameLoop {
  readonly video: HTMLVideoElement;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly onAnswer: (prediction: Prediction, at: number, latency: number) => void;
  /** `wait`: milliseconds until the next try; null when it was the last. */
  readonly onFailure: (failure: Failure, wait: number | null) => void;
}

/** Runs until it is aborted or a failure that no later frame can mend. Times are those of `performance.now()`. */
export async function judgeFrames({ video, signal, onAnswer, onFailure }: FrameLoop): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await nextFrame(video, signal);
      const at = performance.now();
      const frame = await frameOf(video, { longSide: LONG_SIDE, quality: QUALITY });
      const prediction = await requestPrediction({ body: frame, mediaType: frame.type, signal });
      failures = 0;
      if (!signal.aborted) onAnswer(prediction, at, performance.now() - at);
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      const wait = waitAfter(failure, failures);
      failures += 1;
      onFailure(failure, wait);
      if (wait === null) return;
      await elapsed(wait, signal);
    }
  }
}

/**
 * Milliseconds until the next try: what the server asked for, else longer with each failure in a row.
 * @returns null when trying again is useless
 */
export function waitAfter(failure: Failure, failuresBefore: number): number | null {
  // A key is asked for elsewhere; until there is one every frame would be refused.
  if (!failure.retryable || wantsKey(failure)) return null;
  if (failure.retryAfter !== null) return 1_000 * failure.retryAfter;
  return Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** failuresBefore);
}

/** The next frame that the video shows and that has not been shown before. */
function nextFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      video.cancelVideoFrameCallback(handle);
      reject(signal.reason);
    };
    const handle = video.requestVideoFrameCallback(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop);
  });
}

/** Also ends when the network is back. */
function elapsed(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}
