// Batches made by worker threads ahead of the training step, in an order that nothing but their number
// decides.
import { Worker } from 'node:worker_threads';

export interface BatchLoaderConfig {
  /** A module that calls `serveBatches`; TypeScript is run as it is. */
  readonly workerUrl: URL;
  /** Given to every worker as it starts; structured clone. */
  readonly workerData: unknown;
  readonly threads: number;
  /** Batches made or being made beyond the one asked for: the bound on memory. */
  readonly prefetch: number;
  /** How many batches there are, so that none is made beyond the last. */
  readonly count?: number | undefined;
}

export interface BatchLoader<T> {
  /**
   * Batch `index`, and a start on those after it. Asked for in rising order; a later batch drops those that
   * were skipped. Rejects with the worker's error when this batch could not be made (others still can), and
   * for good once a worker has died or the loader is closed.
   */
  next(index: number): Promise<T>;
  /** Stops the workers at once; what is still awaited rejects. May be called twice. */
  close(): Promise<void>;
}

/** What a worker posts back for a number it was given; `serveBatches` is the other end. */
export type BatchReply = { index: number; value: unknown } | { index: number; error: Error };

interface Slot {
  readonly promise: Promise<unknown>;
  /** Somebody waits for it, so it must stay until it is settled. */
  awaited: boolean;
  readonly settle: (reply: BatchReply) => void;
}

/**
 * Starts `threads` workers. The worker makes batch `i` from `workerData` and `i` alone, with random numbers
 * seeded by both, and so the batches are the same for any number of threads and after a resumed run.
 *
 * `parse` checks what the worker sent, since types do not cross threads.
 */
export function createBatchLoader<T>(
  config: BatchLoaderConfig,
  parse: (value: unknown) => T,
): BatchLoader<T> {
  const count = config.count ?? Number.POSITIVE_INFINITY;
  const slots = new Map<number, Slot>();
  const idle: Worker[] = [];
  let failure: Error | undefined;
  let scheduled = 0;
  let wanted = 0;

  const fail = (error: Error) => {
    failure ??= error;
    for (const [index, slot] of slots) slot.settle({ index, error: failure });
  };
  const workers = Array.from({ length: config.threads }, () => startWorker(config));
  for (const worker of workers) {
    idle.push(worker);
    worker.on('message', (reply: BatchReply) => {
      slots.get(reply.index)?.settle(reply);
      idle.push(worker);
      dispatch();
    });
    worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => fail(new Error(`a worker that makes batches ended with code ${code}`)));
  }

  /** Gives the lowest batches not begun to workers that wait, as far ahead as the bound allows. */
  function dispatch(): void {
    while (scheduled <= Math.min(wanted + config.prefetch, count - 1)) {
      const worker = idle.pop();
      if (worker === undefined) return;
      slots.set(scheduled, slots.get(scheduled) ?? openSlot());
      worker.postMessage(scheduled);
      scheduled++;
    }
  }

  return {
    async next(index) {
      if (failure) throw failure;
      if (index < wanted || index >= count)
        throw new RangeError(`batch ${index} is not one of those from ${wanted} to ${count - 1}`);
      for (const [earlier, slot] of slots) if (earlier < index && !slot.awaited) slots.delete(earlier);
      wanted = index;
      scheduled = Math.max(scheduled, index);
      const slot = slots.get(index) ?? openSlot();
      slots.set(index, slot);
      slot.awaited = true;
      dispatch();
      return parse(
        await slot.promise.finally(() => {
          slot.awaited = false;
        }),
      );
    },
    async close() {
      fail(new Error('the batch loader is closed'));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function startWorker({ workerUrl, workerData }: BatchLoaderConfig): Worker {
  return new Worker(workerUrl, { workerData });
}

function openSlot(): Slot {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  // A batch may fail before anyone has asked for it; whoever asks still sees it.
  promise.catch(() => undefined);
  return {
    promise,
    awaited: false,
    settle: (reply) => ('error' in reply ? reject(reply.error) : resolve(reply.value)),
  };
}
