import type { Db, PgBoss } from 'pg-boss';
import { Value } from 'typebox/value';
import { JobResult } from '../../contract/job.ts';
import { translated } from '../../store/postgres/errors.ts';
import type { Picture } from '../predictor.ts';
import { JOB_BYTES, LEAST_PICTURE_BYTES, RESULT_BYTES } from './charges.ts';
import { FORGOTTEN, type JobDraft, JobRecord, type JobStore, type JobUpload } from './job-store.ts';

/** An upload that has not been committed after this long never will be. */
const UPLOAD_HOURS = 1;

/** Pictures and results in two tables. */
export class PostgresJobStore implements JobStore {
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
      `UPDATE tampinha_jobs SET finished = $2, record = ${withoutClient('$3')}
       WHERE id = $1 AND finished IS NULL AND NOT EXISTS
         (SELECT FROM tampinha_job_pictures WHERE job = $1 AND result IS NULL) RETURNING id`,
      [id, now, JSON.stringify(FORGOTTEN)],
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
      `SELECT coalesce(sum(greatest(size, $1::int)), 0) AS bytes FROM tampinha_job_pictures
       WHERE result IS NULL`,
      [LEAST_PICTURE_BYTES],
    );
    return Number(row?.bytes);
  }

  async keptBytes(): Promise<number> {
    // By the numbers in the jobs: there are far fewer of these than of pictures.
    const [row] = await this.#rows(
      `SELECT count(*) AS jobs, coalesce(sum((record ->> 'pictures')::int), 0) AS pictures FROM tampinha_jobs`,
    );
    return Number(row?.jobs) * JOB_BYTES + Number(row?.pictures) * RESULT_BYTES;
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

/** A job's record with these members of its client instead of its own, as `ended` does elsewhere. */
export const withoutClient = (members: string) =>
  `jsonb_set(record, '{client}', (record -> 'client') || ${members}::jsonb)`;

/** What the database cannot do now is told from what is wrong with a statement. */
export function rethrow(error: unknown): never {
  throw translated(error);
}
