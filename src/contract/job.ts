import { type Static, Type } from 'typebox';
import { PictureError } from './error-body.ts';
import { Prediction, Timestamp } from './prediction.ts';
import { Nullable, Words } from './schema.ts';

// Many pictures that nobody waits for: sent at once, answered one after the other, fetched later.

export const JOB_STATES = ['running', 'done'] as const;
export const WEBHOOK_STATES = ['waiting', 'delivered', 'failed'] as const;

export const JobId = Type.String({ format: 'uuid' });

export const JobSummary = Type.Object(
  {
    id: JobId,
    created: Timestamp,
    state: Words(JOB_STATES),
    pictures: Type.Integer({ minimum: 1, description: 'Sent with the job' }),
    answered: Type.Integer({ minimum: 0, description: 'Of them, with a prediction' }),
    refused: Type.Integer({ minimum: 0, description: 'Of them, with an error' }),
    finished: Nullable(Timestamp),
    webhook: Nullable(
      Type.Object({
        url: Type.String(),
        state: Words(WEBHOOK_STATES),
        attempts: Type.Integer({ minimum: 0 }),
      }),
    ),
  },
  { $id: 'JobSummary' },
);
export type JobSummary = Static<typeof JobSummary>;

const place = { index: Type.Integer({ minimum: 0, description: 'Place of the picture in the job, from 0' }) };

/** What became of one picture of a job. */
export const JobResult = Type.Union(
  [
    Type.Object({ ...place, ...Prediction.properties }),
    Type.Object({ ...place, ...PictureError.properties }),
  ],
  { $id: 'JobResult' },
);
export type JobResult = Static<typeof JobResult>;

/** Results by place; those not done yet are not there. */
export const Job = Type.Object({ ...JobSummary.properties, results: Type.Array(JobResult) }, { $id: 'Job' });
export type Job = Static<typeof Job>;

export const JobQuery = Type.Object(
  {
    webhook: Type.Optional(
      Type.String({
        maxLength: 2_000,
        description: 'Address that gets a signed POST when the job is done (Standard Webhooks)',
      }),
    ),
  },
  { additionalProperties: false },
);
export type JobQuery = Static<typeof JobQuery>;

/** Body of a webhook; its signature is that of https://www.standardwebhooks.com. */
export const WebhookBody = Type.Object(
  { type: Type.Literal('job.done'), timestamp: Timestamp, data: JobSummary },
  { $id: 'WebhookBody' },
);
export type WebhookBody = Static<typeof WebhookBody>;
