// What the page is doing, as one value, and everything that can change it. Pure: the effects live in judge.ts.

import type { Prediction } from '../../../contract/prediction.ts';
import { type Failure, pageFailure } from '../../api/failure.ts';
import type { Picture } from '../../picture.ts';

export type View =
  | { readonly stage: 'empty' }
  | { readonly stage: 'checking'; readonly picture: Picture; readonly attempt: number }
  | { readonly stage: 'sending'; readonly picture: Picture; readonly attempt: number }
  | { readonly stage: 'answered'; readonly picture: Picture; readonly prediction: Prediction }
  | {
      readonly stage: 'failed';
      readonly picture: Picture;
      readonly attempt: number;
      readonly failure: Failure;
    };

/** Something worth saying that leaves the picture and its verdict alone. */
export const NOTICES = [
  'NO_PICTURE_PASTED',
  'NO_PICTURE_DROPPED',
  'CLIPBOARD_REFUSED',
  'SAMPLE_UNAVAILABLE',
  'FIRST_OF_SEVERAL',
] as const;
export type Notice = (typeof NOTICES)[number];

export interface Session {
  readonly view: View;
  readonly notice: Notice | null;
}

export type SessionEvent =
  | { readonly type: 'chosen'; readonly picture: Picture; readonly notice?: Notice }
  | { readonly type: 'accepted'; readonly ticket: number }
  | { readonly type: 'answered'; readonly ticket: number; readonly prediction: Prediction }
  | { readonly type: 'failed'; readonly ticket: number; readonly failure: Failure }
  | { readonly type: 'retried' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'cleared' }
  | { readonly type: 'noticed'; readonly notice: Notice }
  | { readonly type: 'dismissed' };

export const EMPTY: Session = { view: { stage: 'empty' }, notice: null };

const CANCELLED = pageFailure('CANCELLED');

/**
 *     empty ─chosen─► checking ─accepted─► sending ─answered─► answered
 *       ▲                 │ failed, cancelled  │ failed, cancelled
 *       └─── cleared ◄────┴──────► failed ◄────┘   failed ─retried─► checking
 *
 * An event that does not belong to the present state, or to the present picture, changes nothing.
 */
export function reduce(session: Session, event: SessionEvent): Session {
  const { view } = session;
  switch (event.type) {
    case 'chosen':
      return at({ stage: 'checking', picture: event.picture, attempt: 1 }, event.notice);
    case 'accepted':
      return view.stage === 'checking' && view.picture.ticket === event.ticket
        ? { ...session, view: { ...view, stage: 'sending' } }
        : session;
    case 'answered':
      return view.stage === 'sending' && view.picture.ticket === event.ticket
        ? { ...session, view: { stage: 'answered', picture: view.picture, prediction: event.prediction } }
        : session;
    case 'failed':
      return inFlight(view) && view.picture.ticket === event.ticket
        ? { ...session, view: { ...view, stage: 'failed', failure: event.failure } }
        : session;
    case 'cancelled':
      return inFlight(view)
        ? { ...session, view: { ...view, stage: 'failed', failure: CANCELLED } }
        : session;
    case 'retried':
      return view.stage === 'failed' && view.failure.retryable
        ? at({ stage: 'checking', picture: view.picture, attempt: view.attempt + 1 })
        : session;
    case 'cleared':
      return EMPTY;
    case 'noticed':
      return { ...session, notice: event.notice };
    case 'dismissed':
      return { ...session, notice: null };
  }
}

export type InFlight = Extract<View, { stage: 'checking' | 'sending' }>;

export function inFlight(view: View): view is InFlight {
  return view.stage === 'checking' || view.stage === 'sending';
}

function at(view: View, notice: Notice | null = null): Session {
  return { view, notice };
}
