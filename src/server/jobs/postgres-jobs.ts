import { type Db, PgBoss } from 'pg-boss';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { JobResult } from '../../contract/job.ts';
import { translated } from '../../store/postgres/errors.ts';
import type { Picture } from '../predictor.ts';
import {
  type JobDispatch,
  type JobDraft,
  type JobHandlers,
  JobRecord,
  type JobStore,
  type JobUpload,
} from './job-store.ts';

// Jobs of many replicas in one PostgreSQL: pictures and results in two tables, the work handed out by pg-boss, a few
// pictures at a time.

const PICTURES = 'tampinha-pictures';
const WEBHOOKS = 'tampinha-webhooks';

/** Half a second is the least that pg-boss polls by; a notification wakes a worker before that. */
const POLLING_SECONDS = 0.5;
/** Pictures handed out together: few enough for replicas to share a job, enough for polling not to be what takes long. */
const PICTURES_AT_ONCE = 8;
/** Whoever has not been heard of for this long has died with what it was given, which is then handed out again. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 5;
/** Tried again until it works: what fails here is a busy or broken server, never the picture. */
const PICTURE_RETRIES = 1_000;
const WEBHOOK_RETRIES = 7;
/** An upload that has not been committed after this long never will be. */
const UPLOAD_HOURS = 1;

const SCHEMA = `
  SELECT pg_advisory_xact_lock(727420261123);
  CREATE TABLE IF NOT EXISTS tampinha_jobs (
    id uuid PRIMARY KEY,
    begun timestamptz NOT NULL DEFAULT now(),
    finished timestamptz,
    -- Null while the pictures are still coming in.
    record jsonb
  );
  CREATE TABLE IF NOT EXISTS tampinha_job_pictures (
    job uuid NOT NULL REFERENCES tampinha_jobs ON DELETE CASCADE,
    index integer NOT NULL,
    file text,
    size integer NOT NULL,
    -- Null once there is a result.
    bytes bytea,
    result jsonb,
    PRIMARY KEY (job, index)
  );
  ALTER TABLE tampinha_job_pictures ALTER COLUMN bytes SET STORAGE EXTERNAL;
  CREATE INDEX IF NOT EXISTS tampinha_job_pictures_waiting
    ON tampinha_job_pictures (job) INCLUDE (size) WHERE result IS NULL;
`;

const PictureWork = Type.Object({ job: Type.String(), indexes: Type.Array(Type.Integer()) });
const LostPicture = Type.Object({ job: Type.String(), index: Type.Integer() });
const WebhookWork = Type.Object({ job: Type.String() });

export interface PostgresJobs {
  readonly store: JobStore;
  readonly dispatch: JobDispatch;
}

export interface PostgresJobsOptions {
  readonly url: string;
  /** Pictures worked on at the same time by this process. */
  readonly concurrency: number;
  /** Told of what goes wrong in the background; it is tried again. */
  readonly onError: (error: Error) => void;
  /** Seconds before a webhook is tried again, doubled each time. */
  readonly webhookRetrySeconds?: number;
}

/** Connects, and brings the tables up to date. Rejects when the database cannot be reached. */
export async function openPostgresJobs(options: PostgresJobsOptions): Promise<PostgresJobs> {
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: 'tampinha-jobs',
    max: 2 + options.concurrency,
    useListenNotify: true,
    // How often it is looked whether someone has gone with what they had.
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
  });
  boss.on('error', options.onError);
  await boss.start();
  await boss.getDb().executeSql(`BEGIN; ${SCHEMA} COMMIT;`);
  await createQueues(boss, options.webhookRetrySeconds ?? 5);
  return { store: new PostgresJobStore(boss), dispatch: new PgBossDispatch(boss, options) };
}

async function createQueues(boss: PgBoss, webhookRetrySeconds: number): Promise<void> {
  const common = { deleteAfterSeconds: 3_600, notify: true };
  const pictures = {
    ...{ retryLimit: PICTURE_RETRIES, retryDelay: 1, expireInSeconds: 600 },
    heartbeatSeconds: HEARTBEAT_SECONDS,
  };
  const webhooks = {
    ...{ retryLimit: WEBHOOK_RETRIES, retryDelay: webhookRetrySeconds, retryBackoff: true },
    expireInSeconds: 60,
  };
  await boss.createQueue(PICTURES, { ...common, ...pictures });
  await boss.createQueue(WEBHOOKS, { ...common, ...webhooks });
  await boss.updateQueue(WEBHOOKS, webhooks);
}

class PostgresJobStore implements JobStore {
  readonly #boss: PgBoss;
  readonly #db: Db;

  constructor(boss: PgBoss) {
    this.#boss = boss;
    this.#db = boss.getDb();
  }

  close(): Promise<void> {
    return this.#boss.stop({ graceful: true, timeout: 1_000 });
  }

  async begin(id: string): Promise<JobUpload> {
    await this.#rows('INSERT INTO tampinha_jobs (id) VALUES ($1)', [id]);
    let count = 0;
    return {
      add: async ({ file, bytes }: Picture) => {
        await this.#rows(
          'INSERT INTO tampinha_job_pictures (job, index, file, size, bytes) VALUES ($1, $2, $3, $4, $5)',
          // Text of PostgreSQL cannot hold a zero byte; names have been cleaned of it before.
          [id, count, file, bytes.length, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)],
        );
        count += 1;
      },
      commit: async (draft: JobDraft) => {
        const record: JobRecord = { ...draft, pictures: count, finished: null };
        await this.#rows('UPDATE tampinha_jobs SET record = $2 WHERE id = $1', [id, JSON.stringify(record)]);
        return record;
      },
      discard: async () => {
        await this.#rows('DELETE FROM tampinha_jobs WHERE id = $1', [id]);
      },
    };
  }

  async find(id: string): Promise<JobRecord | undefined> {
    const [row] = await this.#rows(
      'SELECT record, finished FROM tampinha_jobs WHERE id = $1 AND record IS NOT NULL',
      [id],
    );
    if (!row) return undefined;
    const finished = row.finished instanceof Date ? row.finished.toISOString() : null;
    return { ...Value.Parse(JobRecord, row.record), finished };
  }

  async results(id: string): Promise<JobResult[]> {
    const rows = await this.#rows(
      'SELECT result FROM tampinha_job_pictures WHERE job = $1 AND result IS NOT NULL ORDER BY index',
      [id],
    );
    return rows.map(({ result }) => Value.Parse(JobResult, result));
  }

  async picture(id: string, index: number): Promise<Picture | undefined> {
    const [row] = await this.#rows(
      'SELECT file, bytes FROM tampinha_job_pictures WHERE job = $1 AND index = $2 AND result IS NULL',
      [id, index],
    );
    if (!Buffer.isBuffer(row?.bytes)) return undefined;
    return { file: typeof row.file === 'string' ? row.file : null, bytes: row.bytes };
  }

  async record(id: string, result: JobResult, now: Date): Promise<boolean> {
    await this.#rows(
      `UPDATE tampinha_job_pictures SET result = $3, bytes = NULL
       WHERE job = $1 AND index = $2 AND result IS NULL`,
      [id, result.index, JSON.stringify(result)],
    );
    // Its own statement, so that it sees what others have committed; only one of them finds it unfinished.
    const ended = await this.#rows(
      `UPDATE tampinha_jobs SET finished = $2 WHERE id = $1 AND finished IS NULL AND NOT EXISTS
         (SELECT FROM tampinha_job_pictures WHERE job = $1 AND result IS NULL) RETURNING id`,
      [id, now],
    );
    return ended.length > 0;
  }

  async noteWebhook(id: string, state: NonNullable<JobRecord['webhook']>['state']): Promise<void> {
    await this.#rows(
      `UPDATE tampinha_jobs SET record = jsonb_set(jsonb_set(record, '{webhook,state}', to_jsonb($2::text)),
         '{webhook,attempts}', to_jsonb((record #>> '{webhook,attempts}')::int + 1)) WHERE id = $1`,
      [id, state],
    );
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#rows(
      'DELETE FROM tampinha_jobs WHERE id = $1 AND record IS NOT NULL RETURNING id',
      [id],
    );
    return removed.length > 0;
  }

  async waitingBytes(): Promise<number> {
    const [row] = await this.#rows(
      'SELECT coalesce(sum(size), 0) AS bytes FROM tampinha_job_pictures WHERE result IS NULL',
    );
    return Number(row?.bytes);
  }

  async forget(before: Date): Promise<void> {
    await this.#rows(
      `DELETE FROM tampinha_jobs WHERE finished < $1
         OR (record IS NULL AND begun < now() - make_interval(hours => $2))`,
      [before, UPLOAD_HOURS],
    );
  }

  async #rows(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.#db.executeSql(text, values).catch(rethrow)).rows;
  }
}

class PgBossDispatch implements JobDispatch {
  readonly #boss: PgBoss;
  readonly #concurrency: number;

  constructor(boss: PgBoss, { concurrency }: PostgresJobsOptions) {
    this.#boss = boss;
    this.#concurrency = concurrency;
  }

  async start(handlers: JobHandlers): Promise<void> {
    await this.#recover();
    const polling = { pollingIntervalSeconds: POLLING_SECONDS, batchSize: 1 };
    await this.#boss.work(PICTURES, { ...polling, localConcurrency: this.#concurrency }, async ([work]) => {
      const { job, indexes } = Value.Parse(PictureWork, work?.data);
      for (const index of indexes) await handlers.picture(job, index);
    });
    await this.#boss.work(WEBHOOKS, { ...polling, includeMetadata: true }, async ([work]) => {
      const { job } = Value.Parse(WebhookWork, work?.data);
      await handlers.webhook(job, (work?.retryCount ?? 0) >= (work?.retryLimit ?? 0));
    });
  }

  async pictures(job: string, count: number): Promise<void> {
    const indexes = Array.from({ length: count }, (_, index) => index);
    await this.#insert(job, indexes);
  }

  async webhook(job: string): Promise<void> {
    // Sent again by a recovering replica, it is still one message.
    const once = { singletonKey: job, singletonSeconds: 3_600 };
    await this.#boss.send(WEBHOOKS, { job }, once).catch(rethrow);
  }

  async stop(): Promise<void> {
    // Waits for what is being worked on.
    await Promise.all([PICTURES, WEBHOOKS].map((queue) => this.#boss.offWork(queue)));
  }

  /** What a process was killed in the midst of handing out. */
  async #recover(): Promise<void> {
    const db = this.#boss.getDb();
    const { rows: lost } = await db.executeSql(
      `SELECT p.job::text, p.index FROM tampinha_job_pictures p JOIN tampinha_jobs j ON j.id = p.job
       WHERE p.result IS NULL AND j.record IS NOT NULL AND j.begun < now() - interval '1 minute'
         AND NOT EXISTS (SELECT FROM pgboss.job w WHERE w.name = '${PICTURES}'
           AND w.state IN ('created', 'retry', 'active') AND w.data ->> 'job' = p.job::text)`,
    );
    const found = lost.map((row) => Value.Parse(LostPicture, row));
    for (const [job, pictures] of Map.groupBy(found, (one) => one.job))
      await this.#insert(
        job,
        pictures.map(({ index }) => index),
      );
    const { rows: untold } = await db.executeSql(
      `SELECT id::text FROM tampinha_jobs WHERE finished < now() - interval '1 minute'
         AND record #>> '{webhook,state}' = 'waiting' AND record #>> '{webhook,attempts}' = '0'`,
    );
    for (const { id } of untold) await this.webhook(String(id));
  }

  async #insert(job: string, indexes: readonly number[]): Promise<void> {
    const works = [];
    for (let at = 0; at < indexes.length; at += PICTURES_AT_ONCE)
      works.push({ data: { job, indexes: indexes.slice(at, at + PICTURES_AT_ONCE) } });
    if (works.length > 0) await this.#boss.insert(PICTURES, works).catch(rethrow);
  }
}

/** What the database cannot do now is told from what is wrong with a statement. */
function rethrow(error: unknown): never {
  throw translated(error);
}
