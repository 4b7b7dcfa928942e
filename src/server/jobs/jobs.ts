import type { FastifyBaseLogger } from 'fastify';
import { ERRORS, Refusal } from '../../contract/errors.ts';
import type { Job, JobResult, JobSummary, WebhookBody } from '../../contract/job.ts';
import type { Clock } from '../dependencies.ts';
import { failureOf, pictureError } from '../failure.ts';
import type { Asker, Picture, Predictor } from '../predictor.ts';
import type { UploadMemory } from '../upload-memory.ts';
import { JOB_BYTES, RESULT_BYTES, waitingCharge } from './charges.ts';
import type { JobMetrics } from './job-metrics.ts';
import { JobRoom } from './job-room.ts';
import type { JobDispatch, JobDraft, JobRecord, JobStore, JobUpload } from './job-store.ts';
import type { WebhookMessage } from './webhook.ts';
import { partiesOf } from './webhook-line.ts';

export interface JobsOptions {
  readonly store: JobStore;
  readonly dispatch: JobDispatch;
  readonly predictor: Predictor;
  readonly memory: UploadMemory;
  readonly metrics: JobMetrics & { readonly refusals: { inc(labels: { code: string }): void } };
  readonly clock: Clock;
  readonly newId: () => string;
  /** Most bytes of all jobs, their pictures that wait and their results. */
  readonly diskBytes: number;
  /** How long a job and its results are kept after its end. */
  readonly keepMs: number;
  /** Sends a message once; rejects when it does not arrive. */
  readonly deliver: (url: string, message: WebhookMessage) => Promise<void>;
  readonly logger?: FastifyBaseLogger | undefined;
}

const HOUR_MS = 3_600_000;

/** Many pictures that nobody waits for: taken whole, looked at when little that is more urgent is there. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #room: JobRoom;
  /** Those being worked on here, with how many pictures, to be told when they are removed. */
  readonly #running = new Map<string, { readonly gone: AbortController; pictures: number }>();
  #sweeping: NodeJS.Timeout | undefined;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#room = new JobRoom(options.store, options.diskBytes);
  }

  async start(): Promise<void> {
    const { dispatch } = this.#options;
    await this.#sweep();
    this.#sweeping = setInterval(() => void this.#sweep(), HOUR_MS).unref();
    await dispatch.start({
      picture: (id, index) => this.#lookAt(id, index),
      webhook: (id, last) => this.#tell(id, last),
    });
  }

  /** Finishes what has begun. Jobs can still be sent and fetched. */
  async stop(): Promise<void> {
    clearInterval(this.#sweeping);
    await this.#options.dispatch.stop();
  }

  async close(): Promise<void> {
    await this.#options.store.close();
  }

  /** Takes a job whole or not at all. Throws Refusal, and whatever reading the pictures throws. */
  async accept(
    pictures: AsyncIterable<Picture & { done(): void }>,
    draft: Pick<JobDraft, 'language' | 'client' | 'webhook'>,
  ): Promise<JobSummary> {
    const { store, dispatch, clock, newId, logger } = this.#options;
    const id = newId();
    await this.#room.take(JOB_BYTES);
    let upload: JobUpload | undefined;
    try {
      upload = await store.begin(id);
      let count = 0;
      for await (const picture of pictures) {
        try {
          await this.#room.take(waitingCharge(picture.bytes.length) + RESULT_BYTES);
          await upload.add(picture);
          count += 1;
        } finally {
          picture.done();
        }
      }
      if (count === 0) throw new Refusal('NO_FILE', { field: 'images' });
      const record = await upload.commit({ ...draft, id, created: clock.now().toISOString() });
      await dispatch.pictures(id, record.pictures);
      return summary(record, []);
    } catch (error) {
      await upload?.discard().catch((cause: unknown) => logger?.warn(cause, 'An upload remains for now'));
      throw isDiskFull(error) ? this.#room.full() : error;
    }
  }

  /** Undefined for one that is not there or belongs to someone else. */
  async find(id: string, keyId: string | null): Promise<Job | undefined> {
    const record = await this.#options.store.find(id);
    if (!record || record.client.keyId !== keyId) return undefined;
    const results = await this.#options.store.results(id);
    return { ...summary(record, results), results };
  }

  /** Ends and forgets a job. False for one that is not there or belongs to someone else. */
  async remove(id: string, keyId: string | null): Promise<boolean> {
    const record = await this.#options.store.find(id);
    if (!record || record.client.keyId !== keyId) return false;
    const removed = await this.#options.store.remove(id);
    this.#running.get(id)?.gone.abort();
    return removed;
  }

  async #lookAt(id: string, index: number): Promise<void> {
    const { store, dispatch, memory, clock } = this.#options;
    const record = await store.find(id);
    const picture = record && (await store.picture(id, index));
    if (!picture) return;
    const account = memory.open();
    try {
      account.take(picture.bytes.length);
      const result = await this.#answer(record, picture, index);
      if (!result) return;
      const last = await store.record(id, result, clock.now());
      const parties = partiesOf(record);
      if (last && parties) await dispatch.webhook(id, parties);
    } finally {
      account.close();
    }
  }

  /** Undefined when nobody wants it any more. Rejects when it should be tried again. */
  async #answer(record: JobRecord, picture: Picture, index: number): Promise<JobResult | undefined> {
    const { predictor, metrics, logger } = this.#options;
    const { gone, done } = this.#begin(record.id);
    try {
      const asker: Asker = { ...record.client, route: '/v1/jobs', priority: 'job', gone };
      const prediction = await predictor.predict(picture, asker);
      metrics.pictures.inc({ outcome: 'answered' });
      return { index, ...prediction };
    } catch (error) {
      if (gone.aborted) return undefined;
      const failure = failureOf(error);
      // What is busy or down now will not be for ever.
      const again = ERRORS[failure.code].status === 503;
      metrics.pictures.inc({ outcome: again ? 'retried' : 'refused' });
      if (again) throw error;
      metrics.refusals.inc({ code: failure.code });
      if (failure.code === 'INTERNAL') logger?.error(error);
      return { index, ...pictureError(failure, record.language, picture.file) };
    } finally {
      done();
    }
  }

  /** A signal that fires when the job is removed. `done` must be called when the picture no longer needs it. */
  #begin(id: string): { gone: AbortSignal; done: () => void } {
    const running = this.#running.get(id) ?? { gone: new AbortController(), pictures: 0 };
    this.#running.set(id, running);
    running.pictures += 1;
    const done = () => {
      running.pictures -= 1;
      if (running.pictures === 0) this.#running.delete(id);
    };
    return { gone: running.gone.signal, done };
  }

  async #tell(id: string, last: boolean): Promise<void> {
    const { store, clock, deliver, metrics, logger } = this.#options;
    const record = await store.find(id);
    if (record?.webhook?.state !== 'waiting') return;
    const sent = clock.now();
    const data = summary(record, await store.results(id));
    const body: WebhookBody = { type: 'job.done', timestamp: sent.toISOString(), data };
    try {
      await deliver(record.webhook.url, { id, sent, body: JSON.stringify(body) });
    } catch (error) {
      logger?.warn({ job: id, err: error }, 'A webhook could not be delivered');
      metrics.webhooks.inc({ outcome: 'failed' });
      await store.noteWebhook(id, last ? 'failed' : 'waiting');
      if (last) return;
      throw error;
    }
    metrics.webhooks.inc({ outcome: 'delivered' });
    await store.noteWebhook(id, 'delivered');
  }

  async #sweep(): Promise<void> {
    const { store, clock, keepMs, logger } = this.#options;
    const before = new Date(clock.now().getTime() - keepMs);
    await store.forget(before).catch((error: unknown) => logger?.error(error, 'Old jobs remain'));
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function summary(record: JobRecord, results: readonly JobResult[]): JobSummary {
  const { id, created, pictures, finished, webhook } = record;
  const refused = results.filter((result) => 'code' in result).length;
  return {
    ...{ id, created, state: finished === null ? 'running' : 'done', pictures },
    ...{ answered: results.length - refused, refused, finished, webhook },
  };
}
