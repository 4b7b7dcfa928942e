// What the server's log says about a span of time, asked for and checked.

import type { Bucket, Statistics, StatisticsBucket } from '../../../contract/statistics.ts';
import { VERDICTS, type Verdict } from '../../../contract/verdict.ts';
import { requestJson } from '../../api/request.ts';

export const RANGES = {
  hour: { milliseconds: 3_600_000, bucket: 'minute' },
  day: { milliseconds: 86_400_000, bucket: 'hour' },
  week: { milliseconds: 7 * 86_400_000, bucket: 'hour' },
  month: { milliseconds: 30 * 86_400_000, bucket: 'day' },
} as const satisfies Record<string, { readonly milliseconds: number; readonly bucket: Bucket }>;

export type Range = keyof typeof RANGES;

export const RANGE_NAMES = ['hour', 'day', 'week', 'month'] as const satisfies readonly Range[];

export interface Asked {
  readonly range: Range;
  /** Only answers of this model; null for all. */
  readonly model: string | null;
  /** The server's time in milliseconds; null when not known yet, and then the last day is asked for. */
  readonly now: number | null;
}

/** The address of the statistics of a range that ends now. */
export function statisticsPath({ range, model, now }: Asked): string {
  const { milliseconds, bucket } = RANGES[range];
  const query = new URLSearchParams({ bucket });
  if (now !== null) query.set('from', new Date(now - milliseconds).toISOString());
  if (model !== null) query.set('model', model);
  return `/v1/statistics?${query}`;
}

/** Throws `Failed`. */
export function requestStatistics(asked: Asked, signal: AbortSignal): Promise<Statistics> {
  return requestJson(statisticsPath(asked), isStatistics, { signal });
}

type Fields = Readonly<Record<string, unknown>>;

/** Whether `value` has every field of the statistics that the dashboard reads. */
export function isStatistics(value: unknown): value is Statistics {
  return (
    isFields(value) &&
    isTime(value.from) &&
    isTime(value.to) &&
    Array.isArray(value.buckets) &&
    value.buckets.every(isBucket) &&
    isTotal(value.total)
  );
}

function isBucket(value: unknown): value is StatisticsBucket {
  return isFields(value) && isTime(value.start) && hasCounts(value);
}

function isTotal(value: unknown): boolean {
  return (
    isFields(value) &&
    hasCounts(value) &&
    isHistogram(value.histogram) &&
    isHistogram(value.brightness_histogram) &&
    isFields(value.feedback) &&
    numbers(value.feedback, 'given', 'agrees', 'disagrees')
  );
}

function hasCounts(value: Fields): boolean {
  return (
    numbers(value, 'answered', 'refused', 'cached') &&
    isFields(value.verdicts) &&
    numbers(value.verdicts, ...VERDICTS) &&
    isCounts(value.errors) &&
    isCounts(value.models) &&
    (value.latency === null || (isFields(value.latency) && numbers(value.latency, 'p50', 'p95', 'p99'))) &&
    [value.confidence, value.brightness].every((mean) => mean === null || Number.isFinite(mean))
  );
}

function isHistogram(value: unknown): boolean {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isCounts(value: unknown): boolean {
  return isFields(value) && Object.values(value).every(Number.isFinite);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && Number.isFinite(Date.parse(value));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numbers(value: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => Number.isFinite(value[name]));
}

/** Refused out of everything asked, 0–1; null when nothing was asked. */
export function errorRate({
  answered,
  refused,
}: Pick<StatisticsBucket, 'answered' | 'refused'>): number | null {
  return answered + refused === 0 ? null : refused / (answered + refused);
}

/** Share of the answers with each verdict, 0–1; null when nothing was answered. */
export function verdictShare(
  { answered, verdicts }: Pick<StatisticsBucket, 'answered' | 'verdicts'>,
  verdict: Verdict,
): number | null {
  return answered === 0 ? null : verdicts[verdict] / answered;
}
