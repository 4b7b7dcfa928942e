import { withCache } from './cache/with-cache.ts';
import type { Dependencies } from './dependencies.ts';
import { measureModels } from './inference/model-metrics.ts';
import { queued } from './inference/queued.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createReadiness, type Readiness } from './observability/readiness.ts';
import { measureResources } from './observability/resources.ts';
import { createTraces, type Traces } from './observability/traces.ts';
import { createPredictor, type Predictor } from './predictor.ts';
import { onlyFormats } from './security/formats.ts';
import { UploadMemory } from './upload-memory.ts';
import { WorkQueue } from './work-queue.ts';

/** What the routes share: made once for an application, from its dependencies. */
export interface Services {
  readonly deps: Dependencies;
  readonly queue: WorkQueue;
  readonly memory: UploadMemory;
  readonly metrics: Metrics;
  readonly predictor: Predictor;
  readonly readiness: Readiness;
  /** Without a collector there are none. */
  readonly traces: Traces | undefined;
}

export function createServices(deps: Dependencies): Services {
  const { concurrency, queueLength, requestDeadlineMs, uploadMemoryBytes } = deps.config;
  const queue = new WorkQueue({
    ...{ concurrency, longest: queueLength, deadlineMs: requestDeadlineMs, clock: deps.clock },
  });
  const metrics = createMetrics(queue);
  measureModels(metrics.registry, deps.models, deps.inference);
  const cached = withCache(queued(deps.inference, queue), deps, metrics.registry);
  const inference = onlyFormats(cached, deps.config.pictureFormats);
  const traces = createTraces(deps.config, deps.version, deps.clock);
  const untraced = createPredictor(deps, inference, metrics);
  const predictor = traces?.around(untraced) ?? untraced;
  const { dataDir, minFreeDiskBytes } = deps.config;
  const readiness = createReadiness({
    ...{ log: deps.log, models: deps.models, ending: deps.ending },
    ...{ dataDir, minFreeBytes: minFreeDiskBytes },
  });
  const memory = new UploadMemory(uploadMemoryBytes);
  measureResources(metrics.registry, { memory, dataDir, version: deps.version });
  return { deps, readiness, traces, queue, memory, metrics, predictor };
}
