// Batches for a training run, made by worker threads ahead of the steps that need them.

import { createHash } from 'node:crypto';
import { type BatchLoader, createBatchLoader } from '../dataset/index.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { TrainingStep } from '../nn/training-step.ts';
import type { BatchJob } from './batch-sources.ts';
import { type LoopSettings, runLoop } from './loop.ts';
import type { RunPorts } from './run-ports.ts';

type TrainingBatch = Record<string, Tensor>;

function openTrainingBatches(job: BatchJob, workers: number, steps: number): BatchLoader<TrainingBatch> {
  const workerUrl = new URL('./batch-worker.ts', import.meta.url);
  return createBatchLoader(
    { workerUrl, workerData: job, threads: workers, prefetch: 3 * workers, count: steps },
    parse,
  );
}

/** Runs the loop over a job's batches and closes their workers, however it ends. */
export async function runOverBatches(
  step: TrainingStep,
  loop: LoopSettings,
  job: BatchJob,
  { folder, threads, workers, onProgress, signal }: RunPorts,
): Promise<Map<string, Tensor> | null> {
  const batches = openTrainingBatches(job, workers, loop.steps);
  try {
    const onStep = (done: number, of: number, loss: number): void => onProgress(loop.name, done, of, loss);
    return await runLoop(step, loop, { folder, threads, batch: batches.next, onStep, signal });
  } finally {
    await batches.close();
  }
}

/** Changes whenever the same step would draw another batch: with the order, the contents or the labels of pictures. */
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
