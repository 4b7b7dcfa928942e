// A worker thread that makes the batches it is asked for.

import { serveBatches } from '../dataset/index.ts';
import { type BatchJob, batchSource, type MakeBatch } from './batch-sources.ts';

let makeBatch: MakeBatch | undefined;

serveBatches(async (step, job) => {
  makeBatch ??= batchSource(job as BatchJob); // from train-batches.ts, not from outside
  const batch = await makeBatch(step);
  const buffers = Object.values(batch).flatMap(({ data: { buffer } }) =>
    buffer instanceof ArrayBuffer ? [buffer] : [],
  );
  return { value: batch, transfer: buffers };
});
