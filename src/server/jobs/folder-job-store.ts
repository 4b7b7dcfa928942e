import { appendFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { JobResult } from '../../contract/job.ts';
import { Nullable } from '../../contract/schema.ts';
import { ifThere } from '../is-there.ts';
import { jsonOf } from '../json-of.ts';
import type { Picture } from '../predictor.ts';
import { replaceDurably, writeDurably } from '../write-durably.ts';
import { JOB_BYTES, RESULT_BYTES, waitingCharge } from './charges.ts';
import type { UnfinishedJob } from './in-process-dispatch.ts';
import { ended, type JobDraft, JobRecord, type JobStore, type JobUpload } from './job-store.ts';
import { partiesOf } from './webhook-line.ts';

// The embedded form: a folder for each job. `job.json` is written last and by a rename, so a job is there whole or not
// at all; results are appended line by line, and a picture is deleted once its result has been. Only what is not there
// counts as not there: whatever else keeps a file from being read may pass, and must not cost anybody a job.
//
//   DATA_DIR/jobs/ID/job.json, names.json, pictures/0 …, results.jsonl
//   DATA_DIR/jobs/ID.damaged         a folder whose job.json makes no sense

/** What bears no such name is none of ours. */
const JOB_FOLDER = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const Names = Type.Array(Nullable(Type.String()));

interface Live {
  record: JobRecord;
  /** Places without a result, and the bytes charged for the picture in each. */
  readonly missing: Map<number, number>;
  /** Results are kept one after the other: otherwise none of several could tell whether it is the last. */
  turn: Promise<unknown>;
}

/**
 * Reads what is there from before. Only one process may use a folder.
 * @param onDamaged told of each job that cannot be restored, and where its files lie now
 */
export async function openFolderJobStore(
  root: string,
  now: Date,
  onDamaged: (folder: string) => void = () => {},
): Promise<FolderJobStore> {
  await mkdir(root, { recursive: true });
  const store = new FolderJobStore(root, onDamaged);
  for (const name of await readdir(root)) if (JOB_FOLDER.test(name)) await store.restore(name, now);
  return store;
}

export class FolderJobStore implements JobStore {
  readonly #root: string;
  readonly #onDamaged: (folder: string) => void;
  readonly #jobs = new Map<string, Live>();
  /** Uploads that are not jobs yet, and the bytes charged for their pictures. */
  readonly #uploading = { count: 0, bytes: 0 };

  constructor(root: string, onDamaged: (folder: string) => void) {
    this.#root = root;
    this.#onDamaged = onDamaged;
  }

  /** What has been dispatched once and is not done: for the dispatch of a new process. */
  unfinished(): UnfinishedJob[] {
    return [...this.#jobs.values()].map(({ record, missing }) => ({
      id: record.id,
      missing: [...missing.keys()],
      webhook: record.finished !== null && record.webhook?.state === 'waiting' ? partiesOf(record) : null,
    }));
  }

  async restore(id: string, now: Date): Promise<void> {
    const text = await readIfThere(this.#path(id, 'job.json'));
    // An upload that a crash cut off.
    if (text === undefined) return rm(this.#path(id), { recursive: true, force: true });
    const record = jsonOf(JobRecord, text);
    if (!record) return this.#setAside(id);
    const live: Live = { record, missing: await this.#missing(record), turn: Promise.resolve() };
    this.#jobs.set(id, live);
    // Stopped between the last result and the note that it was the last.
    if (live.missing.size === 0 && record.finished === null) await this.#change(live, ended(record, now));
  }

  /** Where it is not taken for a job any more, and somebody can look what has become of it. */
  async #setAside(id: string): Promise<void> {
    const folder = `${this.#path(id)}.damaged`;
    await rename(this.#path(id), folder);
    this.#onDamaged(folder);
  }

  /**
   * What has no result and can still get one. A place with neither picture nor result has been answered: its result is
   * of a form that this version does not read.
   */
  async #missing({ id }: JobRecord): Promise<Map<number, number>> {
    const done = new Set((await this.#readResults(id)).map(({ index }) => index));
    const names = (await ifThere(readdir(this.#path(id, 'pictures')))) ?? [];
    const places = names.filter((name) => /^\d+$/.test(name)).map(Number);
    const missing = new Map<number, number>();
    for (const index of places.sort((a, b) => a - b)) {
      const path = this.#path(id, 'pictures', String(index));
      // Stopped between the result and the deletion.
      if (done.has(index)) await rm(path);
      else missing.set(index, waitingCharge((await stat(path)).size));
    }
    return missing;
  }

  async begin(id: string): Promise<JobUpload> {
    await mkdir(this.#path(id, 'pictures'), { recursive: true });
    const names: (string | null)[] = [];
    const missing = new Map<number, number>();
    const uploading = this.#uploading;
    uploading.count += 1;
    const leave = () => {
      uploading.count -= 1;
      uploading.bytes -= sum(missing.values());
    };
    return {
      add: async (picture: Picture) => {
        const charge = waitingCharge(picture.bytes.length);
        await writeDurably(this.#path(id, 'pictures', String(names.length)), picture.bytes);
        missing.set(names.length, charge);
        names.push(picture.file);
        uploading.bytes += charge;
      },
      commit: async (draft: JobDraft) => {
        const record = { ...draft, pictures: names.length, finished: null };
        await writeDurably(this.#path(id, 'names.json'), JSON.stringify(names));
        await this.#write(record);
        leave();
        this.#jobs.set(id, { record, missing, turn: Promise.resolve() });
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
    const names = jsonOf(Names, (await readIfThere(this.#path(id, 'names.json'))) ?? '');
    const bytes = await ifThere(readFile(this.#path(id, 'pictures', String(index))));
    return bytes && { file: names?.[index] ?? null, bytes };
  }

  async record(id: string, result: JobResult, now: Date): Promise<boolean> {
    const job = this.#jobs.get(id);
    if (!job) return false;
    const recorded = job.turn.then(() => this.#record(job, result, now));
    job.turn = recorded.catch(() => {});
    try {
      return await recorded;
    } catch (error) {
      if (this.#jobs.has(id)) throw error;
      // Removed in the meantime, folder and all.
      return false;
    }
  }

  /** The place stays missing, with its picture, until everything has been written: what fails is done again. */
  async #record(job: Live, result: JobResult, now: Date): Promise<boolean> {
    const { missing } = job;
    const { id } = job.record;
    const { index } = result;
    if (!missing.has(index)) return false;
    // Begun on a new line: the one before may have been cut off, by a crash or a full disk.
    await appendFile(this.#path(id, 'results.jsonl'), `\n${JSON.stringify(result)}\n`, { flush: true });
    const last = missing.size === 1;
    if (last) await this.#change(job, ended(job.record, now));
    await rm(this.#path(id, 'pictures', String(index)), { force: true });
    missing.delete(index);
    return last;
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
    const charges = [...this.#jobs.values()].map(({ missing }) => sum(missing.values()));
    return this.#uploading.bytes + sum(charges);
  }

  async keptBytes(): Promise<number> {
    const jobs = [...this.#jobs.values()];
    const pictures = sum(jobs.map(({ record }) => record.pictures));
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
    const record = { ...job.record, ...change };
    await this.#write(record);
    job.record = record;
  }

  #write(record: JobRecord): Promise<void> {
    return replaceDurably(this.#path(record.id, 'job.json'), JSON.stringify(record));
  }

  async #readResults(id: string): Promise<JobResult[]> {
    const text = (await readIfThere(this.#path(id, 'results.jsonl'))) ?? '';
    // A line that was cut off has no result; its picture is still there and is looked at again.
    const results = text.split('\n').flatMap((line) => jsonOf(JobResult, line) ?? []);
    // Written again when the first time was not all of it; what may have been seen by somebody stands.
    const firsts = new Map<number, JobResult>();
    for (const result of results) if (!firsts.has(result.index)) firsts.set(result.index, result);
    return [...firsts.values()];
  }
}

function readIfThere(path: string): Promise<string | undefined> {
  return ifThere(readFile(path, 'utf8'));
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
