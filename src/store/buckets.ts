import { Refusal } from '../contract/errors.ts';
import { type Bucket, MAX_BUCKETS } from '../contract/statistics.ts';

// Buckets of time, named by the beginning of their RFC 3339 time: `2026-11-23T06` is an hour.

/** Characters of an RFC 3339 time that tell one bucket from the next. */
export const PREFIX_LENGTH = { minute: 16, hour: 13, day: 10 } as const satisfies Record<Bucket, number>;

const WIDTH_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const satisfies Record<
  Bucket,
  number
>;

/** Names of all buckets that `from` (inclusive) to `to` (exclusive) touches. Throws Refusal. */
export function bucketsBetween(from: string, to: string, bucket: Bucket): string[] {
  const width = WIDTH_MS[bucket];
  const first = Math.floor(Date.parse(from) / width);
  const end = Math.ceil(Date.parse(to) / width);
  if (!(first < end)) throw new Refusal('INVALID_PARAMETER', { name: 'from', rule: 'range' });
  if (end - first > MAX_BUCKETS) {
    const values = { name: 'bucket', rule: 'buckets', limit: MAX_BUCKETS, length: end - first };
    throw new Refusal('INVALID_PARAMETER', values);
  }
  return Array.from({ length: end - first }, (_, i) =>
    new Date((first + i) * width).toISOString().slice(0, PREFIX_LENGTH[bucket]),
  );
}

/** The time at which a bucket begins. */
export function startOf(name: string): string {
  return `${name}${'0000-00-00T00:00:00.000Z'.slice(name.length)}`;
}
