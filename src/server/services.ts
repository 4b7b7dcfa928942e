import { withCache } from './cache/with-cache.ts';
import type { Dependencies } from './dependencies.ts';
import type { Priority } from './inference/inference.ts';
import { measureModels } from './inference/model-metrics.ts';
import { queued } from './inference/queued.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createReadiness, type Readiness } from './observability/readiness.ts';
import { measureResources } from './observability/resources.ts';
import type { Traces } from './observability/traces.ts';
import { keepPictures } from './pictures/keep-pictures.ts';
import { createPredictor, type Predictor } from './predictor.ts';
import { onlyFormats } from './security/formats.ts';
import { forgivingLog } from './store/forgiving-log.ts';
import { lostEntries } from './store/lost-entries.ts';
import { UploadMemory } from './upload-memory.ts';
import { WorkQueue } from './work-queue.ts';

/** What the routes share: made once for an application, from its dependencies. */
export interface Services {
  readonly deps: Dependencies;
  readonly queue: WorkQueue;
  /**
   * Throws OVERLOADED for a picture that would not be taken now, which saves the reading of it. Where answers are kept
   * it takes everything: only its bytes tell whether a picture is known, and a known one needs no place in the queue.
   */
  readonly admitUnread: (priority: Priority) => void;
  readonly memory: UploadMemory;
  readonly metrics: Metrics;
  readonly predictor: Predictor;
  readonly readiness: Readiness;
  /** Without a collector there are none. */
  readonly traces: Traces | undefined;
}

export async function createServices(deps: Dependencies): Promise<Services> {
  const { concurrency, queueLength, requestDeadlineMs, uploadMemoryBytes } = deps.config;
  const queue = new WorkQueue({
    ...{ concurrency, longest: queueLength, deadlineMs: requestDeadlineMs, clock: deps.clock },
  });
  const metrics = createMetrics(queue);
  measureModels(metrics.registry, deps.models, deps.inference);
  const cached = withCache(queued(deps.inference, queue), deps, metrics.registry);
  const inference = onlyFormats(cached, deps.config.pictureFormats);
  const traces = await openTraces(deps);
  const log =
    deps.config.logWhenDown === 'answer'
      ? forgivingLog(deps.log, lostEntries(deps, metrics.registry))
      : deps.log;
  const untraced = createPredictor(
    { ...deps, log },
    inference,
    metrics,
    keepPictures(deps, metrics.registry),
  );
  const predictor = traces?.around(untraced) ?? untraced;
  const { dataDir, minFreeDiskBytes } = deps.config;
  const readiness = createReadiness({
    ...{ log, models: deps.models, ending: deps.ending },
    ...{ dataDir, minFreeBytes: minFreeDiskBytes },
  });
  const memory = new UploadMemory(uploadMemoryBytes);
  measureResources(metrics.registry, { memory, dataDir, version: deps.version });
  const admitUnread = (priority: Priority) => {
    if (deps.config.cacheBytes === 0) queue.admit({ priority });
  };
  return { deps, readiness, traces, queue, admitUnread, memory, metrics, predictor };
}

/** OpenTelemetry takes its time to load, so it is loaded only where it is wanted. */
async function openTraces({ config, version, clock }: Dependencies): Promise<Traces | undefined> {
  if (!config.traces) return undefined;
  const { createTraces } = await import('./observability/traces.ts');
  return createTraces(config.traces, version, clock);
}
