// Batches for a training run, made by worker threads ahead of the steps that need them.

import { createHash } from 'node:crypto';
import { type BatchLoader, createBatchLoader } from '../dataset/index.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { BatchJob } from './batch-sources.ts';

export type TrainingBatch = Record<string, Tensor>;

export function openTrainingBatches(
  job: BatchJob,
  workers: number,
  steps: number,
): BatchLoader<TrainingBatch> {
  const workerUrl = new URL('./batch-worker.ts', import.meta.url);
  return createBatchLoader(
    { workerUrl, workerData: job, threads: workers, prefetch: 3 * workers, count: steps },
    parse,
  );
}

/** Changes whenever the same step would draw another batch. */
export function fingerprintOf({ cache: _, ...job }: BatchJob): string {
  return createHash('sha256').update(JSON.stringify(job)).digest('hex');
}

/** Types do not cross threads. */
function parse(value: unknown): TrainingBatch {
  if (typeof value !== 'object' || value === null) throw new TypeError('a worker sent no batch');
  return Object.fromEntries(
    Object.entries(value).map(([name, sent]: [string, unknown]) => {
      if (!isTensor(sent)) throw new TypeError(`a worker sent no tensor as ${name}`);
      return [name, sent];
    }),
  );
}

function isTensor(value: unknown): value is Tensor {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'dims' in value && Array.isArray(value.dims) && 'data' in value && value.data instanceof Float32Array
  );
}
