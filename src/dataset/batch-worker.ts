// The worker's end of the batch loader.
import { parentPort, workerData } from 'node:worker_threads';
import type { BatchReply } from './batch-loader.ts';

export interface MadeBatch {
  /** Anything that can be cloned to another thread. */
  readonly value: unknown;
  /** Buffers inside `value` that are handed over instead of copied; the worker loses them. */
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

/**
 * Answers every number from the loader with the batch of that number. Call it once, at the end of a worker
 * module: `serveBatches((index, data) => ({ value: floats, transfer: [floats.buffer] }))`. What `make` throws
 * rejects that batch alone.
 *
 * `make` gets the loader's `workerData`, and must depend on it and the index only.
 */
export function serveBatches(make: (index: number, data: unknown) => MadeBatch | Promise<MadeBatch>): void {
  const port = parentPort;
  if (port === null) throw new Error('serveBatches runs in a worker thread only');
  port.on('message', async (index: number) => {
    try {
      const { value, transfer = [] } = await make(index, workerData);
      port.postMessage({ index, value } satisfies BatchReply, [...transfer]);
    } catch (error) {
      const thrown = error instanceof Error ? error : new Error(String(error));
      // Some errors carry what cannot be cloned; their text always can.
      port.postMessage({
        index,
        error: new Error(thrown.message, { cause: thrown.stack }),
      } satisfies BatchReply);
    }
  });
}
