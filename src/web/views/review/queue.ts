// The reviewer's way through the queue, as one value. Pure; the requests are in use-review.ts.

import type { FeedbackLabel } from '../../../contract/feedback-label.ts';
import type { ReviewItem, ReviewList } from '../../../contract/review.ts';
import type { Failure } from '../../api/failure.ts';

export interface Queue {
  /** Disputed ones first, then the least sure: the server's order. */
  readonly items: readonly ReviewItem[];
  /** Where the server goes on; null at the end; undefined before the first answer. */
  readonly next: string | null | undefined;
  /** Ids of the predictions whose pictures the server has. */
  readonly kept: ReadonlySet<string>;
  /** Index of the item that is looked at. */
  readonly position: number;
  /** What was said in this sitting, by prediction. */
  readonly said: ReadonlyMap<string, FeedbackLabel>;
  /** Positions that were answered, in that order: what can be undone. */
  readonly trail: readonly number[];
  /** Answers that the server has not taken, by prediction. */
  readonly unsent: ReadonlyMap<string, Failure>;
}

export type QueueEvent =
  | ({ readonly type: 'loaded' } & Pick<ReviewList, 'items' | 'next' | 'kept'>)
  | { readonly type: 'said'; readonly label: FeedbackLabel }
  | { readonly type: 'skipped' }
  | { readonly type: 'undone' }
  | { readonly type: 'sent'; readonly prediction: string }
  | { readonly type: 'unsent'; readonly prediction: string; readonly failure: Failure };

export const START: Queue = {
  items: [],
  next: undefined,
  kept: new Set(),
  position: 0,
  said: new Map(),
  trail: [],
  unsent: new Map(),
};

export function reduceQueue(queue: Queue, event: QueueEvent): Queue {
  const { items, position, said, trail, unsent } = queue;
  switch (event.type) {
    case 'loaded':
      return {
        ...queue,
        items: [...items, ...fresh(items, event.items)],
        next: event.next,
        kept: new Set([...queue.kept, ...event.kept]),
      };
    case 'said': {
      const item = items[position];
      if (item === undefined) return queue;
      return {
        ...queue,
        said: new Map(said).set(item.prediction.id, event.label),
        trail: [...trail, position],
        position: position + 1,
      };
    }
    case 'skipped':
      return position < items.length ? { ...queue, position: position + 1 } : queue;
    case 'undone': {
      const last = trail.at(-1);
      const item = last === undefined ? undefined : items[last];
      if (last === undefined || item === undefined) return queue;
      const { id } = item.prediction;
      return {
        ...queue,
        position: last,
        trail: trail.slice(0, -1),
        said: without(said, id),
        unsent: without(unsent, id),
      };
    }
    case 'sent':
      return unsent.has(event.prediction) ? { ...queue, unsent: without(unsent, event.prediction) } : queue;
    case 'unsent':
      return { ...queue, unsent: new Map(unsent).set(event.prediction, event.failure) };
  }
}

/** A page may overlap the one before when the queue has moved meanwhile. */
function fresh(known: readonly ReviewItem[], items: readonly ReviewItem[]): ReviewItem[] {
  const ids = new Set(known.map(({ prediction }) => prediction.id));
  return items.filter(({ prediction }) => !ids.has(prediction.id));
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  return new Map([...map].filter(([one]) => one !== key));
}

/** How many items ahead there should be, so that nobody waits. */
const AHEAD = 5;

/** Whether it is time to ask for the next page. */
export function needsMore({ items, next, position }: Queue): boolean {
  return next === undefined || (next !== null && items.length - position <= AHEAD);
}
