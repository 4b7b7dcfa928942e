// A worker thread that makes the batches it is asked for.

import { parentPort, workerData } from 'node:worker_threads';
import type { BatchReply } from './batch-loader.ts';
import { type BatchJob, batchSource } from './batch-sources.ts';

const makeBatch = batchSource(workerData as BatchJob); // from this project's own loader, not from outside

parentPort?.on('message', (step: number) => {
  makeBatch(step).then(
    (batch) => {
      const buffers = Object.values(batch).map(({ data }) => data.buffer as ArrayBuffer);
      parentPort?.postMessage({ step, batch } satisfies BatchReply, buffers);
    },
    (error: unknown) => parentPort?.postMessage({ step, error } satisfies BatchReply),
  );
});
