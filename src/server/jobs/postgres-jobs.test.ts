import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { JobResult } from '../../contract/job.ts';
import { describePostgres } from '../../store/test-stores.ts';
import type { JobDraft, JobHandlers, JobStore } from './job-store.ts';
import { openPostgresJobs, type PostgresJobs } from './postgres-jobs.ts';

vi.setConfig({ testTimeout: 60_000 });

const RECOVERY_SECONDS = 1;
const URL = 'https://example.org/hook';

let running: PostgresJobs[] = [];
afterEach(async () => {
  for (const { store, dispatch } of running) {
    await dispatch.stop();
    await store.close();
  }
  running = [];
});

async function open(url: string): Promise<PostgresJobs> {
  const onError = (error: Error) => {
    throw error;
  };
  const jobs = await openPostgresJobs({ url, concurrency: 1, onError, recoverySeconds: RECOVERY_SECONDS });
  running.push(jobs);
  return jobs;
}

/** A job that is taken and, as by a process that is killed at this moment, not handed out. */
async function commit(store: JobStore, pictures: number, created = new Date()): Promise<string> {
  const id = randomUUIDv7();
  const draft: JobDraft = {
    id,
    created: created.toISOString(),
    language: 'en',
    client: { requestId: 'r', address: '', keyId: null, userAgent: null },
    webhook: { url: URL, state: 'waiting', attempts: 0 },
  };
  const upload = await store.begin(id);
  for (let i = 0; i < pictures; i++) await upload.add({ file: null, bytes: Buffer.from('picture') });
  await upload.commit(draft);
  return id;
}

const resultOf = (index: number): JobResult => ({
  ...{ index, error: 'no picture', code: 'UNSUPPORTED_FORMAT', status: 415, file: null },
  ...{ retryable: false, values: {} },
});

/** Gives every picture a result, and tells every receiver. */
function handlersFor(store: JobStore) {
  const looked: string[] = [];
  const told: string[] = [];
  const handlers: JobHandlers = {
    async picture(job, index) {
      looked.push(`${job}/${index}`);
      await store.record(job, resultOf(index), new Date());
    },
    async webhook(job) {
      told.push(job);
      await store.noteWebhook(job, 'delivered');
    },
  };
  return { handlers, looked, told };
}

describePostgres('jobs that cannot be opened in PostgreSQL', (postgres) => {
  it('leave no connection behind', async () => {
    const url = await postgres().createDatabase();
    await postgres().query(url, 'CREATE VIEW tampinha_jobs AS SELECT 1 AS id');
    await expect(open(url)).rejects.toThrow('tampinha_jobs');
    const left = () =>
      postgres().query(
        url,
        `SELECT application_name FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 5_000 });
  });
});

describePostgres('what was lost in PostgreSQL', (postgres) => {
  it('is handed out while the server runs, once: pictures, and then the webhook', async () => {
    const url = await postgres().createDatabase();
    const [one, two] = [await open(url), await open(url)];
    const { handlers, looked, told } = handlersFor(one.store);
    await Promise.all([one.dispatch.start(handlers), two.dispatch.start(handlers)]);
    const id = await commit(one.store, 20);
    // Nobody calls `dispatch.webhook` when the last one has its result.
    await vi.waitFor(() => expect(told).toEqual([id]), { timeout: 30_000 });
    expect((await one.store.find(id))?.finished).not.toBeNull();
    expect(looked.toSorted()).toEqual(Array.from({ length: 20 }, (_, index) => `${id}/${index}`).toSorted());
    await sleep(2_500 * RECOVERY_SECONDS);
    expect(looked).toHaveLength(20);
    expect(told).toEqual([id]);
  });

  it('is a job, too, whose end nobody has noted', async () => {
    const { store, dispatch } = await open(await postgres().createDatabase());
    const { handlers, looked, told } = handlersFor(store);
    await dispatch.start(handlers);
    // Without pictures it has all of its results from the start.
    const id = await commit(store, 0);
    await vi.waitFor(() => expect(told).toEqual([id]), { timeout: 30_000 });
    expect(looked).toEqual([]);
  });

  it('is not yet what may just be being handed out, and nobody looks for it after the end', async () => {
    const url = await postgres().createDatabase();
    const { store, dispatch } = await open(url);
    const { handlers } = handlersFor(store);
    const handedOut = async () => {
      const rows = await postgres().query<{ job: string }>(
        url,
        "SELECT data ->> 'job' AS job FROM pgboss.job",
      );
      return rows.flatMap(({ job }) => job ?? []);
    };
    await dispatch.start(handlers);
    await commit(store, 1, new Date(Date.now() + 3_600_000));
    await sleep(2_500 * RECOVERY_SECONDS);
    expect(await handedOut()).toEqual([]);
    await dispatch.stop();
    await commit(store, 1);
    await sleep(2_500 * RECOVERY_SECONDS);
    expect(await handedOut()).toEqual([]);
  });
});
