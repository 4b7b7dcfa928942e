import { type Static, Type } from 'typebox';
import { Timestamp } from './prediction.ts';
import { Words } from './schema.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

// What the log says about a span of time: for the dashboard, and for whoever watches a line.

export const BUCKETS = ['minute', 'hour', 'day'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** More buckets than this make an answer that nobody reads: a day of minutes, two months of hours. */
export const MAX_BUCKETS = 1_500;

/** Bars of the confidence histogram, of equal width from 0 to 1; a confidence of exactly 1 is in the last. */
export const CONFIDENCE_BARS = 20;

/** The same of the brightness. */
export const BRIGHTNESS_BARS = 20;

const BucketWord = Words(BUCKETS);
const Count = Type.Integer({ minimum: 0 });
const Milliseconds = Type.Number({ minimum: 0 });
const Probability = Type.Number({ minimum: 0, maximum: 1 });

/** Query of `GET /v1/statistics`. */
export const StatisticsQuery = Type.Object(
  {
    from: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Not before this time; a day before `to` unless given',
      }),
    ),
    to: Type.Optional(
      Type.String({ format: 'date-time', description: 'Before this time; now unless given' }),
    ),
    bucket: Type.Unsafe<Bucket>(
      Type.Enum([...BUCKETS], {
        default: 'hour',
        description: 'Width of a bucket; all begin at full ones in UTC',
      }),
    ),
    model: Type.Optional(Type.String({ maxLength: 64, description: 'Only answers of this model' })),
  },
  { additionalProperties: false },
);
export type StatisticsQuery = Static<typeof StatisticsQuery>;

const Verdicts = Type.Unsafe<Record<Verdict, number>>(
  Type.Object(Object.fromEntries(VERDICTS.map((verdict) => [verdict, Count]))),
);

const counts = {
  answered: Count,
  refused: Type.Integer({
    minimum: 0,
    description: 'Requests and pictures that were answered with an error',
  }),
  cached: Type.Integer({ minimum: 0, description: 'Of those answered, from the cache' }),
  verdicts: Verdicts,
  errors: Type.Record(Type.String(), Count, { description: 'Count by error code' }),
  models: Type.Record(Type.String(), Count, { description: 'Answers by model id' }),
  /** Null where nothing was answered. */
  latency: Type.Union(
    [
      Type.Object(
        { p50: Milliseconds, p95: Milliseconds, p99: Milliseconds },
        { description: 'Milliseconds from a picture read to its answer, nearest rank' },
      ),
      Type.Null(),
    ],
    { description: 'Null where nothing was answered' },
  ),
  confidence: Type.Union([Probability, Type.Null()], {
    description: 'Mean; null where nothing was answered',
  }),
  brightness: Type.Union([Probability, Type.Null()], {
    description: 'Mean luma of the pictures answered, 0 to 1; null where there is none with one',
  }),
};

export const StatisticsBucket = Type.Object({ start: Timestamp, ...counts }, { $id: 'StatisticsBucket' });
export type StatisticsBucket = Static<typeof StatisticsBucket>;

export const Statistics = Type.Object(
  {
    from: Timestamp,
    to: Timestamp,
    bucket: BucketWord,
    buckets: Type.Array(StatisticsBucket, {
      description:
        'One for each bucket of the span, empty ones too. The first and last may be cut by the span',
    }),
    total: Type.Object({
      ...counts,
      histogram: Type.Array(Count, {
        minItems: CONFIDENCE_BARS,
        maxItems: CONFIDENCE_BARS,
        description: `Answers by confidence, in ${CONFIDENCE_BARS} bars of equal width from 0 to 1`,
      }),
      brightness_histogram: Type.Array(Count, {
        minItems: BRIGHTNESS_BARS,
        maxItems: BRIGHTNESS_BARS,
        description: `Pictures answered by brightness, in ${BRIGHTNESS_BARS} bars of equal width from 0 to 1`,
      }),
      feedback: Type.Object(
        {
          given: Count,
          agrees: Count,
          disagrees: Count,
        },
        {
          description:
            'What people said about these answers. Neither agrees nor disagrees: an uncertain verdict, the label `unclear`',
        },
      ),
    }),
  },
  { $id: 'Statistics' },
);
export type Statistics = Static<typeof Statistics>;
