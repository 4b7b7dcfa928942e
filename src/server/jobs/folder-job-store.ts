import { appendFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { JobResult } from '../../contract/job.ts';
import type { Picture } from '../predictor.ts';
import { writeDurably } from '../write-durably.ts';
import { JOB_BYTES, RESULT_BYTES, waitingCharge } from './charges.ts';
import type { UnfinishedJob } from './in-process-dispatch.ts';
import { type JobDraft, JobRecord, type JobStore, type JobUpload } from './job-store.ts';
import { partiesOf } from './webhook-line.ts';

// The embedded form: a folder for each job. `job.json` is written last and by a rename, so a job is there whole or not
// at all; results are appended line by line, and a picture is deleted once its result has been.
//
//   DATA_DIR/jobs/ID/job.json, names.json, pictures/0 …, results.jsonl

const Names = Type.Array(Type.Union([Type.String(), Type.Null()]));

interface Live {
  record: JobRecord;
  /** Places without a result. */
  readonly missing: Set<number>;
  /** Bytes charged for the pictures in these places. */
  waitingBytes: number;
}

/** Reads what is there from before. Only one process may use a folder. */
export async function openFolderJobStore(root: string, now: Date): Promise<FolderJobStore> {
  await mkdir(root, { recursive: true });
  const store = new FolderJobStore(root);
  for (const name of await readdir(root)) await store.restore(name, now);
  return store;
}

export class FolderJobStore implements JobStore {
  readonly #root: string;
  readonly #jobs = new Map<string, Live>();
  /** Uploads that are not jobs yet, and the bytes charged for their pictures. */
  readonly #uploading = { count: 0, bytes: 0 };

  constructor(root: string) {
    this.#root = root;
  }

  /** What has been dispatched once and is not done: for the dispatch of a new process. */
  unfinished(): UnfinishedJob[] {
    return [...this.#jobs.values()].map(({ record, missing }) => ({
      id: record.id,
      missing: [...missing],
      webhook: record.finished !== null && record.webhook?.state === 'waiting' ? partiesOf(record) : null,
    }));
  }

  async restore(id: string, now: Date): Promise<void> {
    const record = await readJson(JobRecord, this.#path(id, 'job.json'));
    // An upload that a crash cut off.
    if (!record) return rm(this.#path(id), { recursive: true, force: true });
    await this.#endCutLine(id);
    const done = new Set((await this.#readResults(id)).map(({ index }) => index));
    const places = Array.from({ length: record.pictures }, (_, i) => i);
    const missing = places.filter((index) => !done.has(index));
    const sizes = await Promise.all(
      missing.map((index) => stat(this.#path(id, 'pictures', String(index))).then(({ size }) => size)),
    );
    const live: Live = {
      record,
      missing: new Set(missing),
      waitingBytes: sizes.reduce((sum, size) => sum + waitingCharge(size), 0),
    };
    this.#jobs.set(id, live);
    // Stopped between the last result and the note that it was the last.
    if (missing.length === 0 && record.finished === null)
      await this.#change(live, { finished: now.toISOString() });
  }

  async begin(id: string): Promise<JobUpload> {
    await mkdir(this.#path(id, 'pictures'), { recursive: true });
    const names: (string | null)[] = [];
    const uploading = this.#uploading;
    let bytes = 0;
    uploading.count += 1;
    const leave = () => {
      uploading.count -= 1;
      uploading.bytes -= bytes;
    };
    return {
      add: async (picture: Picture) => {
        await writeDurably(this.#path(id, 'pictures', String(names.length)), picture.bytes);
        names.push(picture.file);
        const charge = waitingCharge(picture.bytes.length);
        bytes += charge;
        uploading.bytes += charge;
      },
      commit: async (draft: JobDraft) => {
        const record = { ...draft, pictures: names.length, finished: null };
        await writeDurably(this.#path(id, 'names.json'), Buffer.from(JSON.stringify(names)));
        await this.#write(record);
        leave();
        const missing = new Set(names.keys());
        this.#jobs.set(id, { record, missing, waitingBytes: bytes });
        return record;
      },
      discard: async () => {
        if (!this.#jobs.delete(id)) leave();
        await rm(this.#path(id), { recursive: true, force: true });
      },
    };
  }

  async find(id: string): Promise<JobRecord | undefined> {
    return this.#jobs.get(id)?.record;
  }

  async results(id: string): Promise<JobResult[]> {
    const results = this.#jobs.has(id) ? await this.#readResults(id) : [];
    return results.sort((a, b) => a.index - b.index);
  }

  async picture(id: string, index: number): Promise<Picture | undefined> {
    if (!this.#jobs.get(id)?.missing.has(index)) return undefined;
    const names = await readJson(Names, this.#path(id, 'names.json'));
    const bytes = await readFile(this.#path(id, 'pictures', String(index)));
    return { file: names?.[index] ?? null, bytes };
  }

  async record(id: string, result: JobResult, now: Date): Promise<boolean> {
    const job = this.#jobs.get(id);
    if (!job?.missing.has(result.index)) return false;
    try {
      await appendFile(this.#path(id, 'results.jsonl'), `${JSON.stringify(result)}\n`, { flush: true });
      job.missing.delete(result.index);
      const last = job.missing.size === 0;
      await this.#removePicture(job, result.index);
      if (last) await this.#change(job, { finished: now.toISOString() });
      return last;
    } catch (error) {
      if (this.#jobs.has(id)) throw error;
      // Removed in the meantime, folder and all.
      return false;
    }
  }

  async #removePicture(job: Live, index: number): Promise<void> {
    const path = this.#path(job.record.id, 'pictures', String(index));
    const { size } = await stat(path);
    await rm(path);
    job.waitingBytes -= waitingCharge(size);
  }

  async noteWebhook(id: string, state: NonNullable<JobRecord['webhook']>['state']): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job?.record.webhook) return;
    const { url, attempts } = job.record.webhook;
    await this.#change(job, { webhook: { url, state, attempts: attempts + 1 } });
  }

  async remove(id: string): Promise<boolean> {
    const there = this.#jobs.delete(id);
    if (there) await rm(this.#path(id), { recursive: true, force: true });
    return there;
  }

  async waitingBytes(): Promise<number> {
    return [...this.#jobs.values()].reduce((sum, job) => sum + job.waitingBytes, this.#uploading.bytes);
  }

  async keptBytes(): Promise<number> {
    const jobs = [...this.#jobs.values()];
    const pictures = jobs.reduce((sum, { record }) => sum + record.pictures, 0);
    return (jobs.length + this.#uploading.count) * JOB_BYTES + pictures * RESULT_BYTES;
  }

  async forget(before: Date): Promise<void> {
    const old = [...this.#jobs.values()].filter(
      ({ record: { finished } }) => finished !== null && new Date(finished) < before,
    );
    for (const { record } of old) await this.remove(record.id);
  }

  async close(): Promise<void> {}

  #path(id: string, ...rest: string[]): string {
    return join(this.#root, id, ...rest);
  }

  async #change(job: Live, change: Partial<JobRecord>): Promise<void> {
    job.record = { ...job.record, ...change };
    await this.#write(job.record);
  }

  async #write(record: JobRecord): Promise<void> {
    const path = this.#path(record.id, 'job.json');
    await writeDurably(`${path}.new`, Buffer.from(JSON.stringify(record)));
    await rename(`${path}.new`, path);
  }

  /** What is appended next must not become part of a line that a crash cut off. */
  async #endCutLine(id: string): Promise<void> {
    const path = this.#path(id, 'results.jsonl');
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text !== '' && !text.endsWith('\n')) await appendFile(path, '\n');
  }

  async #readResults(id: string): Promise<JobResult[]> {
    const text = await readFile(this.#path(id, 'results.jsonl'), 'utf8').catch(() => '');
    // A line that a crash cut off has no result; its picture is still there and is looked at again.
    return text.split('\n').flatMap((line) => parseLine(line) ?? []);
  }
}

function parseLine(line: string): JobResult | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Value.Check(JobResult, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function readJson<Schema extends typeof JobRecord | typeof Names>(schema: Schema, path: string) {
  try {
    return Value.Parse(schema, JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
