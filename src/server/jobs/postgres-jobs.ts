import { PgBoss } from 'pg-boss';
import type { JobDispatch, JobStore } from './job-store.ts';
import { PgBossDispatch, PICTURES, WEBHOOKS } from './pg-boss-dispatch.ts';
import { PostgresJobStore } from './postgres-job-store.ts';

// Jobs of many replicas in one PostgreSQL: pictures and results in two tables, the work handed out by pg-boss, a few
// pictures at a time.

/** Whoever has not been heard of for this long has died with what it was given, which is then handed out again. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 5;
/** Far more than any statement here takes, the upgrade of pg-boss's tables included. */
const QUERY_MS = 60_000;
/** Tried again until it works: what fails here is a busy or broken server, never the picture. */
const PICTURE_RETRIES = 1_000;
const WEBHOOK_RETRIES = 7;

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
  /** Whole seconds between looking for what was lost, and the least age of that. */
  readonly recoverySeconds?: number;
}

/** Connects, and brings the tables up to date. Rejects when the database cannot be reached. */
export async function openPostgresJobs(options: PostgresJobsOptions): Promise<PostgresJobs> {
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: 'tampinha-jobs',
    max: 2 + options.concurrency,
    // Beyond its own options, those of the connections: a database that has silently gone is noticed.
    ...{ query_timeout: QUERY_MS, keepAlive: true },
    useListenNotify: true,
    // How often it is looked whether someone has gone with what they had.
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
  });
  boss.on('error', options.onError);
  try {
    await boss.start();
    await boss.getDb().executeSql(`BEGIN; ${SCHEMA} COMMIT;`);
    await createQueues(boss, options.webhookRetrySeconds ?? 5);
  } catch (error) {
    // Its connections and timers would keep a process going that has nothing to answer with.
    await boss.stop({ graceful: false }).catch(options.onError);
    throw error;
  }
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
