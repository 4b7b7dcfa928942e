import { Counter, Gauge, type Registry } from 'prom-client';
import type { JobStore } from './job-store.ts';

export interface JobMetrics {
  readonly pictures: Counter<'outcome'>;
  readonly webhooks: Counter<'outcome'>;
}

export function createJobMetrics(registry: Registry, store: JobStore): JobMetrics {
  const registers = [registry];
  new Gauge({
    name: 'tampinha_jobs_waiting_bytes',
    help: 'Pictures of jobs that wait, each at least 4 KiB',
    registers,
    async collect() {
      this.set(await store.waitingBytes().catch(() => Number.NaN));
    },
  });
  new Gauge({
    name: 'tampinha_jobs_kept_bytes',
    help: 'Jobs and their results: 20 KiB for each job, and 2 KiB for each of its pictures',
    registers,
    async collect() {
      this.set(await store.keptBytes().catch(() => Number.NaN));
    },
  });
  const pictures = new Counter({
    name: 'tampinha_job_pictures_total',
    help: 'Pictures of jobs by what became of them: answered, refused, retried',
    labelNames: ['outcome'],
    registers,
  });
  const webhooks = new Counter({
    name: 'tampinha_webhooks_total',
    help: 'Attempts to tell that a job is done: delivered, failed',
    labelNames: ['outcome'],
    registers,
  });
  // From the start: a counter that comes into being with its first count hides that one from `rate`.
  for (const outcome of ['answered', 'refused', 'retried']) pictures.inc({ outcome }, 0);
  for (const outcome of ['delivered', 'failed']) webhooks.inc({ outcome }, 0);
  return { pictures, webhooks };
}
