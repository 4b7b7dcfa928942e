// Sends a batch's pictures, a few at a time. It outlives the view: a batch goes on while the person looks elsewhere.

import { type Failure, failureOf, wantsKey } from '../../api/failure.ts';
import { keyStore } from '../../api/key.ts';
import { mediaType, readBytes, requestPrediction } from '../../api/predict.ts';
import { createStore } from '../../store.ts';
import { type Batch, countOf, EMPTY_BATCH, type Hold, type Item, nextOf, reduce } from './batch.ts';

/** Enough to keep a small server busy while one is on its way; the server's own queue decides the rest. */
const LANES = 4;

/** After so many vain tries a file is given up, if others got through meanwhile: then it is the file, not the network. */
const MOST_TRIES = 4;

const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 15_000;

export const batchStore = createStore(reduce, EMPTY_BATCH);
const { dispatch, get } = batchStore;

const running = new Map<number, AbortController>();

batchStore.subscribe(() => {
  abortWhatIsGone();
  fillLanes();
});

function fillLanes(): void {
  const batch = get();
  if (batch.paused || batch.hold !== null || running.size >= LANES) return;
  const item = nextOf(batch);
  if (item === null) return;
  const aborting = new AbortController();
  running.set(item.id, aborting);
  send(item, aborting.signal);
  // Changes the state, and so comes back here for the next lane.
  dispatch({ type: 'began', id: item.id });
}

/** Cancelled or removed while it was on its way. */
function abortWhatIsGone(): void {
  for (const [id, aborting] of running) {
    const stage = get().items.find((item) => item.id === id)?.state.stage;
    if (stage === 'waiting' || stage === 'sending') continue;
    running.delete(id);
    aborting.abort();
  }
}

async function send({ id, file, path }: Item, signal: AbortSignal): Promise<void> {
  try {
    const prediction = await requestPrediction({
      body: await readBytes(file),
      mediaType: mediaType(file),
      name: path,
      signal,
    });
    running.delete(id);
    dispatch({ type: 'judged', id, prediction, at: performance.now() });
  } catch (error) {
    running.delete(id);
    if (!signal.aborted) afterFailure(id, failureOf(error));
  }
}

/** Waits and tries again what is no fault of the file; everything else is the file's result. */
function afterFailure(id: number, failure: Failure): void {
  const batch = get();
  const item = batch.items.find((one) => one.id === id);
  if (item === undefined) return;
  const hold = holdFor(failure, batch);
  if (hold !== null && !isFilesFault(item, failure, batch)) {
    dispatch({ type: 'returned', id, hold });
    scheduleRelease(hold);
  } else if (failure.retryable && hold === null && item.tries + 1 < MOST_TRIES) {
    dispatch({ type: 'returned', id, hold: null });
  } else {
    dispatch({ type: 'failed', id, failure, at: performance.now() });
  }
}

/** What a failure means for all that still wait; null for nothing. */
export function holdFor(failure: Failure, { losses }: Batch, now = performance.now()): Hold | null {
  if (wantsKey(failure)) return { why: 'key' };
  if (failure.retryAfter !== null) return { why: 'asked', until: now + 1_000 * failure.retryAfter };
  if (failure.code === 'OFFLINE' || failure.code === 'TIMED_OUT') {
    return { why: 'unreachable', until: now + Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** losses) };
  }
  return null;
}

function isFilesFault({ tries, doneBefore }: Item, failure: Failure, batch: Batch): boolean {
  return failure.retryAfter === null && tries + 1 >= MOST_TRIES && countOf(batch).done > doneBefore;
}

function scheduleRelease(hold: Hold): void {
  if (get().hold !== hold || hold.why === 'key') return;
  const release = (): void => {
    clearTimeout(timer);
    removeEventListener('online', release);
    if (get().hold === hold) dispatch({ type: 'released' });
  };
  const timer = setTimeout(release, hold.until - performance.now());
  if (hold.why === 'unreachable') addEventListener('online', release);
}

keyStore.subscribe(() => {
  if (get().hold?.why === 'key' && keyStore.get().key !== null && !keyStore.get().wanted) {
    dispatch({ type: 'released' });
  }
});

// Leaving the page would lose what has not been downloaded.
addEventListener('beforeunload', (event) => {
  const { waiting, sending } = countOf(get());
  if (waiting + sending > 0) event.preventDefault();
});
