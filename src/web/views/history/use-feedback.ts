// Carries a person's wishes about one prediction to the server, one after the other, the newest last.

import { useEffect, useReducer, useRef } from 'preact/hooks';
import { failureOf } from '../../api/failure.ts';
import type { Given } from './entry.ts';
import { sendFeedback } from './feedback-api.ts';
import { type FeedbackState, feedbackOf, reduceFeedback } from './feedback-state.ts';
import { remembered } from './remember.ts';
import { findEntry, noteGiven } from './shelf.ts';

export interface FeedbackWays {
  readonly state: FeedbackState;
  /** Null takes it back. */
  readonly want: (given: Given | null) => void;
  readonly retry: () => void;
}

/** `prediction` is its id, and stays the same for the life of the component. */
export function useFeedback(prediction: string): FeedbackWays {
  const [state, dispatch] = useReducer(reduceFeedback, feedbackOf(null));
  const wishes = useRef(0);
  const before = useRef(Promise.resolve());

  useEffect(() => {
    findEntry(prediction).then(
      (entry) => {
        if (entry?.given && wishes.current === 0) {
          dispatch({ type: 'stored', given: entry.given });
          dispatch({ type: 'wanted', given: entry.given });
        }
      },
      () => undefined,
    );
  }, [prediction]);

  const carry = (given: Given | null): void => {
    wishes.current += 1;
    const wish = wishes.current;
    before.current = before.current.then(async () => {
      // Outdated while it waited: only the newest is worth a request.
      if (wish !== wishes.current) return;
      try {
        await sendFeedback(prediction, given);
        dispatch({ type: 'stored', given });
        await remembered(prediction);
        await noteGiven(prediction, given).catch(() => undefined);
      } catch (error) {
        dispatch({ type: 'failed', given, failure: failureOf(error) });
      }
    });
  };

  const want = (given: Given | null): void => {
    dispatch({ type: 'wanted', given });
    carry(given);
  };
  const retry = (): void => {
    dispatch({ type: 'retried' });
    carry(state.wanted);
  };
  return { state, want, retry };
}
