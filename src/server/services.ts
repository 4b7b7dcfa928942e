import type { Dependencies } from './dependencies.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createPredictor, type Predictor } from './predictor.ts';
import { UploadMemory } from './upload-memory.ts';
import { WorkQueue } from './work-queue.ts';

/** What the routes share: made once for an application, from its dependencies. */
export interface Services {
  readonly deps: Dependencies;
  readonly queue: WorkQueue;
  readonly memory: UploadMemory;
  readonly metrics: Metrics;
  readonly predictor: Predictor;
}

export function createServices(deps: Dependencies): Services {
  const { concurrency, queueLength, uploadMemoryBytes } = deps.config;
  const queue = new WorkQueue({ concurrency, longest: queueLength, clock: deps.clock });
  const metrics = createMetrics(queue);
  const predictor = createPredictor(deps, queue, metrics);
  return { deps, queue, memory: new UploadMemory(uploadMemoryBytes), metrics, predictor };
}
