// Carries the queue from the server to the reviewer, and the reviewer's words back, one after the other.

import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { FeedbackLabel } from '../../../contract/feedback-label.ts';
import type { ReviewItem } from '../../../contract/review.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { keyStore } from '../../api/key.ts';
import { useStore } from '../../store.ts';
import type { Given } from '../history/entry.ts';
import { sendFeedback } from '../history/feedback-api.ts';
import { noteGiven } from '../history/shelf.ts';
import { needsMore, type Queue, reduceQueue, START } from './queue.ts';
import { requestReview } from './review-api.ts';

export interface Review {
  readonly queue: Queue;
  /** Why the queue could not be had. */
  readonly failure: Failure | null;
  readonly say: (label: FeedbackLabel) => void;
  readonly skip: () => void;
  readonly undo: () => void;
  /** Asks again for the queue, and sends again what was not taken. */
  readonly retry: () => void;
  /** Resolves when everything said so far has reached the server, or has not. */
  readonly settled: () => Promise<void>;
}

export function useReview(): Review {
  const [queue, dispatch] = useReducer(reduceQueue, START);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(0);
  const { key } = useStore(keyStore);
  const before = useRef(Promise.resolve());
  const wanting = needsMore(queue);
  const cursor = queue.next ?? null;

  useEffect(() => {
    if (!wanting) return;
    const leaving = new AbortController();
    requestReview(cursor, leaving.signal).then(
      ({ items, next, kept }) => {
        setFailure(null);
        dispatch({ type: 'loaded', items, next, kept });
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setFailure(failureOf(error));
      },
    );
    return () => leaving.abort();
  }, [wanting, cursor, attempt, key]);

  const carry = (prediction: string, given: Given | null, review: boolean): void => {
    before.current = before.current.then(async () => {
      try {
        await sendFeedback(prediction, given, review);
        dispatch({ type: 'sent', prediction });
        await noteGiven(prediction, given).catch(() => undefined);
      } catch (error) {
        dispatch({ type: 'unsent', prediction, failure: failureOf(error) });
      }
    });
  };

  const say = (label: FeedbackLabel): void => {
    const item = queue.items[queue.position];
    if (item === undefined) return;
    dispatch({ type: 'said', label });
    carry(item.prediction.id, wordOf(item, label), true);
  };
  const undo = (): void => {
    const item = queue.items[queue.trail.at(-1) ?? -1];
    if (item === undefined) return;
    dispatch({ type: 'undone' });
    // What somebody had said before stands again.
    const { feedback, prediction } = item;
    carry(
      prediction.id,
      feedback && { label: feedback.label, comment: feedback.comment },
      feedback?.reviewed ?? false,
    );
  };
  const retry = (): void => {
    setAttempt((one) => one + 1);
    for (const item of queue.items) {
      const label = queue.said.get(item.prediction.id);
      if (label !== undefined && queue.unsent.has(item.prediction.id)) {
        carry(item.prediction.id, wordOf(item, label), true);
      }
    }
  };
  const skip = (): void => dispatch({ type: 'skipped' });
  return { queue, failure, say, skip, undo, retry, settled: () => before.current };
}

/** The reviewer's label; what the person who gave the picture wrote about it stays. */
function wordOf({ feedback }: ReviewItem, label: FeedbackLabel): Given {
  return { label, comment: feedback?.comment ?? null };
}
