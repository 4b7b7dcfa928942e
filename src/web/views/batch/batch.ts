// A batch: many pictures, what has become of each, and why none is being sent if none is. Pure.

import type { Prediction } from '../../../contract/prediction.ts';
import { type Failure, pageFailure } from '../../api/failure.ts';

/** A file as it was given: its own path where a folder came, else its name. */
export interface Picked {
  readonly file: File;
  readonly path: string;
}

export type ItemState =
  | { readonly stage: 'waiting' }
  | { readonly stage: 'sending' }
  | { readonly stage: 'judged'; readonly prediction: Prediction }
  | { readonly stage: 'failed'; readonly failure: Failure };

export interface Item extends Picked {
  readonly id: number;
  readonly state: ItemState;
  /** Times it was sent without an answer of its own. */
  readonly tries: number;
  /** How many were done when it was first sent in vain. */
  readonly doneBefore: number;
}

/** Why nothing is sent for now although there is something to send. */
export type Hold =
  /** The server asked to wait. `until` by `performance.now()`. */
  | { readonly why: 'asked'; readonly until: number }
  /** It cannot be reached. */
  | { readonly why: 'unreachable'; readonly until: number }
  /** It wants an API key. */
  | { readonly why: 'key' };

export interface Batch {
  readonly items: readonly Item[];
  readonly paused: boolean;
  readonly hold: Hold | null;
  /** Holds in a row for want of network, for a longer wait each time. */
  readonly losses: number;
  /** When the last ones were done, oldest first, to estimate the time left; forgotten over a pause. */
  readonly finishes: readonly number[];
  /** Files of the last addition that were left out: no pictures, or already here. */
  readonly leftOut: number;
}

export type BatchEvent =
  | { readonly type: 'added'; readonly picked: readonly Picked[]; readonly leftOut: number }
  | { readonly type: 'began'; readonly id: number }
  | { readonly type: 'judged'; readonly id: number; readonly prediction: Prediction; readonly at: number }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure; readonly at: number }
  | { readonly type: 'returned'; readonly id: number; readonly hold: Hold | null }
  | { readonly type: 'released' }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'retried'; readonly id?: number }
  | { readonly type: 'cleared' };

export const EMPTY_BATCH: Batch = {
  items: [],
  paused: false,
  hold: null,
  losses: 0,
  finishes: [],
  leftOut: 0,
};

const FINISHES_KEPT = 40;

/** An event about an item that is gone, or no longer on its way, changes nothing. */
export function reduce(batch: Batch, event: BatchEvent): Batch {
  switch (event.type) {
    case 'added':
      return add(batch, event.picked, event.leftOut);
    case 'began':
      return change(batch, event.id, 'waiting', () => ({ state: { stage: 'sending' } }));
    case 'judged':
      return finish(batch, event.id, event.at, { stage: 'judged', prediction: event.prediction });
    case 'failed':
      return finish(batch, event.id, event.at, { stage: 'failed', failure: event.failure });
    case 'returned':
      return takeBack(batch, event.id, event.hold);
    case 'released':
      return batch.hold === null ? batch : { ...batch, hold: null, finishes: [] };
    case 'paused':
      return { ...batch, paused: true, finishes: [] };
    case 'resumed':
      return { ...batch, paused: false };
    case 'cancelled':
      return cancel(batch);
    case 'retried':
      return retry(batch, event.id);
    case 'cleared':
      return EMPTY_BATCH;
  }
}

let lastId = 0;

function add(batch: Batch, picked: readonly Picked[], leftOut: number): Batch {
  const known = new Set(batch.items.map(identity));
  const fresh = picked.filter((one) => {
    const isNew = !known.has(identity(one));
    known.add(identity(one));
    return isNew;
  });
  const items = fresh.map(({ file, path }): Item => {
    lastId += 1;
    return { id: lastId, file, path, state: { stage: 'waiting' }, tries: 0, doneBefore: 0 };
  });
  return {
    ...batch,
    items: [...batch.items, ...items],
    leftOut: leftOut + picked.length - fresh.length,
  };
}

function identity({ file, path }: Picked): string {
  return `${path}|${file.size}|${file.lastModified}`;
}

type Change = Partial<Pick<Item, 'state' | 'tries' | 'doneBefore'>>;

/** Changes one item if it is at `stage`. */
function change(batch: Batch, id: number, stage: ItemState['stage'], to: (item: Item) => Change): Batch {
  const index = batch.items.findIndex((item) => item.id === id);
  const item = batch.items[index];
  if (item === undefined || item.state.stage !== stage) return batch;
  return { ...batch, items: batch.items.with(index, { ...item, ...to(item) }) };
}

function finish(batch: Batch, id: number, at: number, state: ItemState): Batch {
  const changed = change(batch, id, 'sending', () => ({ state }));
  if (changed === batch) return batch;
  return { ...changed, losses: 0, finishes: [...batch.finishes, at].slice(-FINISHES_KEPT) };
}

/** Back into the queue, behind those that have been tried less. Several may come back at once: one hold for all. */
function takeBack(batch: Batch, id: number, hold: Hold | null): Batch {
  const done = countOf(batch).done;
  const changed = change(batch, id, 'sending', ({ tries, doneBefore }) => ({
    state: { stage: 'waiting' },
    tries: tries + 1,
    doneBefore: tries === 0 ? done : doneBefore,
  }));
  if (hold === null || batch.hold !== null) return changed;
  const losses = hold.why === 'unreachable' ? batch.losses + 1 : batch.losses;
  return { ...changed, hold, losses, finishes: [] };
}

/** What has not been judged becomes a failure that can be tried again: nothing is lost by cancelling. */
function cancel(batch: Batch): Batch {
  const failure = pageFailure('CANCELLED');
  const items = batch.items.map(
    (item): Item => (isOpen(item) ? { ...item, state: { stage: 'failed', failure } } : item),
  );
  return { ...batch, items, paused: false, hold: null, finishes: [] };
}

/** One failed item, or all that could go better another time. */
function retry(batch: Batch, id?: number): Batch {
  const items = batch.items.map(
    (item): Item =>
      item.state.stage === 'failed' && (id === undefined ? item.state.failure.retryable : item.id === id)
        ? { ...item, state: { stage: 'waiting' }, tries: 0 }
        : item,
  );
  return { ...batch, items, paused: false };
}

function isOpen({ state }: Item): boolean {
  return state.stage === 'waiting' || state.stage === 'sending';
}

export interface Count {
  readonly all: number;
  readonly waiting: number;
  readonly sending: number;
  readonly judged: number;
  readonly failed: number;
  /** Judged or failed. */
  readonly done: number;
  /** Failed, and worth another try. */
  readonly retryable: number;
}

export function countOf({ items }: Batch): Count {
  const stages = { waiting: 0, sending: 0, judged: 0, failed: 0 };
  let retryable = 0;
  for (const { state } of items) {
    stages[state.stage] += 1;
    if (state.stage === 'failed' && state.failure.retryable) retryable += 1;
  }
  return { all: items.length, ...stages, done: stages.judged + stages.failed, retryable };
}

/** The next to send: of those that wait the least tried, in the order given. */
export function nextOf({ items }: Batch): Item | null {
  let next: Item | null = null;
  for (const item of items) {
    if (item.state.stage === 'waiting' && (next === null || item.tries < next.tries)) next = item;
  }
  return next;
}

/** Fewer would be a guess. */
const FINISHES_TO_ESTIMATE = 6;

/** Seconds until the rest is done at the present pace; null while that is not known. */
export function secondsLeft(batch: Batch): number | null {
  const { finishes } = batch;
  const [first, last] = [finishes[0], finishes.at(-1)];
  if (first === undefined || last === undefined || finishes.length < FINISHES_TO_ESTIMATE) return null;
  const { all, done } = countOf(batch);
  return ((all - done) * (last - first)) / (finishes.length - 1) / 1_000;
}
