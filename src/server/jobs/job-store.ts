import { type Static, Type } from 'typebox';
import { LANGUAGES } from '../../contract/errors.ts';
import type { JobResult } from '../../contract/job.ts';
import { WEBHOOK_STATES } from '../../contract/job.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import type { Picture } from '../predictor.ts';
import type { WebhookParties } from './webhook-line.ts';

// What is kept of jobs, and what has to be done for them. Embedded and PostgreSQL have this shape.

/** Everything about a job but its pictures and results. */
export const JobRecord = Type.Object({
  id: Type.String(),
  created: Type.String(),
  pictures: Type.Integer(),
  finished: Nullable(Type.String()),
  /** Language of the errors among the results. */
  language: Words(LANGUAGES),
  client: Type.Object({
    requestId: Type.String(),
    address: Type.String(),
    keyId: Nullable(Type.String()),
    userAgent: Nullable(Type.String()),
  }),
  webhook: Nullable(
    Type.Object({
      url: Type.String(),
      state: Words(WEBHOOK_STATES),
      attempts: Type.Integer(),
    }),
  ),
});
export type JobRecord = Static<typeof JobRecord>;

/**
 * What the end of a job changes in its record. Nothing looks at pictures for this client any more, and the log has kept
 * of it what CLIENT_ADDRESS says: its address and program are forgotten here, and only its key still tells whose job it is.
 */
export function ended({ client }: JobRecord, now: Date): Pick<JobRecord, 'finished' | 'client'> {
  return { finished: now.toISOString(), client: { ...client, ...FORGOTTEN } };
}

export const FORGOTTEN = { address: '', userAgent: null };

export type JobDraft = Omit<JobRecord, 'pictures' | 'finished'>;

/** A job whose pictures are still coming in. Nothing of it is seen before `commit`. */
export interface JobUpload {
  add(picture: Picture): Promise<void>;
  /** From here on the job survives a crash. */
  commit(draft: JobDraft): Promise<JobRecord>;
  /** Forgets everything, committed or not. */
  discard(): Promise<void>;
}

export interface JobStore {
  begin(id: string): Promise<JobUpload>;
  find(id: string): Promise<JobRecord | undefined>;
  /** By place, as far as they are there. */
  results(id: string): Promise<JobResult[]>;
  /** Undefined when the job has gone or the picture has its result. */
  picture(id: string, index: number): Promise<Picture | undefined>;
  /** Keeps a result and forgets its picture. True for exactly the one call that ends the job. */
  record(id: string, result: JobResult, now: Date): Promise<boolean>;
  noteWebhook(id: string, state: NonNullable<JobRecord['webhook']>['state']): Promise<void>;
  /** False when there is no such job. */
  remove(id: string): Promise<boolean>;
  /** Bytes charged for the pictures that wait, of all jobs, those still coming in included. */
  waitingBytes(): Promise<number>;
  /** Bytes charged for all jobs and their results, done or not. */
  keptBytes(): Promise<number>;
  /** Removes jobs that ended before, and uploads that never did. */
  forget(before: Date): Promise<void>;
  /** Nothing may be called afterwards. */
  close(): Promise<void>;
}

/** One thing to do. A picture whose handler rejects is tried again, a webhook only as often as is sensible. */
export interface JobHandlers {
  picture(jobId: string, index: number): Promise<void>;
  /** @param last whether a failure is final */
  webhook(jobId: string, last: boolean): Promise<void>;
}

/** Hands the work out, over a restart too: whatever was dispatched is done at least once. */
export interface JobDispatch {
  start(handlers: JobHandlers): Promise<void>;
  pictures(jobId: string, count: number): Promise<void>;
  webhook(jobId: string, parties: WebhookParties): Promise<void>;
  /** Finishes what has begun and hands out nothing more. */
  stop(): Promise<void>;
}
