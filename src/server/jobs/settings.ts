import { type Static, Type } from 'typebox';
import { listed } from '../network-list.ts';

// The settings of jobs and their webhooks.

export const JOB_SETTINGS = {
  JOB_DISK_MB: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000,
    default: 1_000,
    description:
      'Room of all jobs: pictures that wait, at least 4 KiB each, and 20 KiB for a job and 2 KiB for each of its ' +
      'results as long as it is kept; beyond it the answer is 503',
  }),
  JOB_KEEP_HOURS: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 24,
    description: 'How long a job and its results are kept after its end',
  }),
  WEBHOOK_SECRET: Type.String({
    default: '',
    pattern: '^(|.{24,})$',
    description:
      'What webhooks are signed with, 24 characters or more (`whsec_` and base64, or any text); without it there are none',
  }),
  WEBHOOK_ALLOW: Type.String({
    default: '',
    description:
      'Host names, addresses or networks that webhooks may reach although they are not public, separated by commas',
  }),
};
const Shape = Type.Object(JOB_SETTINGS);

export interface JobConfig {
  readonly jobDiskBytes: number;
  readonly jobKeepMs: number;
  /** Empty for no webhooks. */
  readonly webhookSecret: string;
  readonly webhookAllow: readonly string[];
}

/** From settings that fit the schema. */
export function readJobSettings(settings: Static<typeof Shape>): JobConfig {
  return {
    jobDiskBytes: settings.JOB_DISK_MB * 1_000_000,
    jobKeepMs: settings.JOB_KEEP_HOURS * 3_600_000,
    webhookSecret: settings.WEBHOOK_SECRET,
    webhookAllow: listed(settings.WEBHOOK_ALLOW),
  };
}
