// What a person says about a prediction, as one value: what the server holds, and what it should hold. Pure; the
// requests are in use-feedback.ts.

import type { Failure } from '../../api/failure.ts';
import type { Given } from './entry.ts';

export interface FeedbackState {
  /** What the server holds, as far as is known. Null for nothing. */
  readonly saved: Given | null;
  /** What it should hold. Shown at once; equal to `saved` once it does. */
  readonly wanted: Given | null;
  /** Why the last wish was not granted; null while there is hope. */
  readonly failure: Failure | null;
}

export type FeedbackEvent =
  | { readonly type: 'wanted'; readonly given: Given | null }
  | { readonly type: 'stored'; readonly given: Given | null }
  | { readonly type: 'failed'; readonly given: Given | null; readonly failure: Failure }
  | { readonly type: 'retried' };

export function feedbackOf(saved: Given | null): FeedbackState {
  return { saved, wanted: saved, failure: null };
}

/** An answer to an older wish says what the server holds now, and leaves the newer wish alone. */
export function reduceFeedback(state: FeedbackState, event: FeedbackEvent): FeedbackState {
  switch (event.type) {
    case 'wanted':
      return { ...state, wanted: event.given, failure: null };
    case 'stored':
      return { ...state, saved: event.given };
    case 'failed':
      return event.given === state.wanted ? { ...state, failure: event.failure } : state;
    case 'retried':
      return { ...state, failure: null };
  }
}

/** Whether the server does not hold yet what it should. */
export function isUnsent({ saved, wanted }: FeedbackState): boolean {
  return saved?.label !== wanted?.label || (saved?.comment ?? null) !== (wanted?.comment ?? null);
}
