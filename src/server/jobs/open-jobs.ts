import { join } from 'node:path';
import type { Services } from '../services.ts';
import { openFolderJobStore } from './folder-job-store.ts';
import { InProcessDispatch } from './in-process-dispatch.ts';
import { createJobMetrics } from './job-metrics.ts';
import type { JobDispatch, JobStore } from './job-store.ts';
import { Jobs } from './jobs.ts';
import { allowedHosts } from './public-address.ts';
import { deliver } from './webhook.ts';

/** Jobs where the other data are: in PostgreSQL when there is one, otherwise in files beside the embedded database. */
export async function openJobs({ deps, predictor, memory, metrics: all }: Services): Promise<Jobs> {
  const { config, clock, newId, logger } = deps;
  const { store, dispatch } = await openBackend(deps);
  const { registry, refusals } = all;
  const metrics = { ...createJobMetrics(registry, store), refusals };
  const webhooks = { secret: config.webhookSecret, allowed: allowedHosts(config.webhookAllow) };
  return new Jobs({
    ...{ store, dispatch, predictor, memory, metrics, clock, newId, logger },
    diskBytes: config.jobDiskBytes,
    keepMs: config.jobKeepMs,
    deliver: (url, message) => deliver(url, message, webhooks),
  });
}

async function openBackend(deps: Services['deps']): Promise<{ store: JobStore; dispatch: JobDispatch }> {
  const { config, clock, logger } = deps;
  const { concurrency } = config;
  if (config.databaseUrl) {
    // Loaded only where it is wanted: a start without it is sooner ready.
    const { openPostgresJobs } = await import('./postgres-jobs.ts');
    return openPostgresJobs({
      url: config.databaseUrl,
      concurrency,
      onError: (error) => logger?.warn(error, 'The job queue is disturbed'),
    });
  }
  const store = await openFolderJobStore(join(config.dataDir, 'jobs'), clock.now(), (folder) =>
    logger?.error({ folder }, 'A job cannot be read; its files have been set aside'),
  );
  return { store, dispatch: new InProcessDispatch({ concurrency, unfinished: store.unfinished() }) };
}
