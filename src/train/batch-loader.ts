// Batches made by worker threads, a few ahead of the step that needs them.

import { Worker } from 'node:worker_threads';
import type { Tensor } from '../nn/tensor.ts';

export interface BatchLoader {
  /** The batch of a step; it depends on the step alone, not on which worker made it. */
  batch(step: number): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

export interface BatchReply {
  readonly step: number;
  readonly batch?: Record<string, Tensor>;
  readonly error?: unknown;
}

export function createBatchLoader(
  worker: URL,
  workerData: unknown,
  options: { readonly workers: number; readonly ahead: number; readonly steps: number },
): BatchLoader {
  const pending = new Map<number, PromiseWithResolvers<Record<string, Tensor>>>();
  const workers = Array.from({ length: options.workers }, () => {
    const thread = new Worker(worker, { workerData });
    thread.on('message', ({ step, batch, error }: BatchReply) => {
      const waiting = pending.get(step);
      if (batch) waiting?.resolve(batch);
      else waiting?.reject(error);
    });
    thread.on('error', (error) => {
      for (const { reject } of pending.values()) reject(error);
    });
    return thread;
  });
  const ask = (step: number): PromiseWithResolvers<Record<string, Tensor>> => {
    const known = pending.get(step);
    if (known) return known;
    const asked = Promise.withResolvers<Record<string, Tensor>>();
    asked.promise.catch(() => undefined); // whoever awaits the step gets the error; nobody else must
    pending.set(step, asked);
    workers[step % workers.length].postMessage(step);
    return asked;
  };
  return {
    batch: async (step) => {
      for (let next = step; next <= Math.min(step + options.ahead, options.steps - 1); next++) ask(next);
      const batch = await ask(step).promise;
      pending.delete(step);
      return batch;
    },
    close: async () => {
      await Promise.all(workers.map((thread) => thread.terminate()));
    },
  };
}
