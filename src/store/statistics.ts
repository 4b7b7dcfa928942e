import { type Expression, type Kysely, sql } from 'kysely';
import { agrees } from '../contract/review.ts';
import { BRIGHTNESS_BARS, CONFIDENCE_BARS, type Statistics } from '../contract/statistics.ts';
import { bucketsBetween, startOf } from './buckets.ts';
import type { Flavour } from './database.ts';
import type { StatisticsRange } from './insights.ts';
import { storable } from './rows.ts';
import type { Tables } from './tables.ts';
import { type Group, type Latency, tally } from './tally.ts';
import { asWritten } from './time.ts';

const ALL = sql<string>`''`;

export async function statistics(
  db: Kysely<Tables>,
  flavour: Flavour,
  { from, to, bucket, model }: StatisticsRange,
): Promise<Statistics> {
  const range = { from: asWritten(from), to: asWritten(to), model };
  const names = bucketsBetween(range.from, range.to, bucket);
  const name = flavour.bucketOf(bucket);
  const groups = await groupsIn(db, name, range);
  const latencies = await latenciesIn(db, name, range);
  const latency = (await latenciesIn(db, ALL, range)).get('') ?? null;
  const groupsOf = Map.groupBy(groups, (group) => group.bucket);
  return {
    from: range.from,
    to: range.to,
    bucket,
    buckets: names.map((one) => ({
      start: startOf(one),
      ...tally(groupsOf.get(one) ?? [], latencies.get(one) ?? null),
    })),
    total: {
      ...tally(groups, latency),
      histogram: await histogram(db, range, 'confidence', CONFIDENCE_BARS),
      brightness_histogram: await histogram(db, range, 'brightness', BRIGHTNESS_BARS),
      feedback: await feedback(db, range),
    },
  };
}

interface Range {
  readonly from: string;
  readonly to: string;
  readonly model: string | undefined;
}

function entries(db: Kysely<Tables>, { from, to, model }: Range) {
  const query = db
    .selectFrom('predictions')
    .where('predictions.created', '>=', from)
    .where('predictions.created', '<', to);
  return model === undefined ? query : query.where('model', '=', storable(model));
}

function groupsIn(db: Kysely<Tables>, name: Expression<string>, range: Range): Promise<Group[]> {
  const named = entries(db, range).select([
    sql<string>`${name}`.as('bucket'),
    ...(['outcome', 'verdict', 'error_code', 'model', 'cached', 'confidence', 'brightness'] as const),
  ]);
  return db
    .selectFrom(named.as('named'))
    .select(['bucket', 'outcome', 'verdict', 'error_code', 'model'])
    .select([
      sql<number>`count(*)`.as('entries'),
      sql<number>`coalesce(sum(cached), 0)`.as('cached'),
      sql<number | null>`sum(confidence)`.as('confidence'),
      sql<number | null>`sum(brightness)`.as('brightness'),
      sql<number>`count(brightness)`.as('lit'),
    ])
    .groupBy(['bucket', 'outcome', 'verdict', 'error_code', 'model'])
    .execute();
}

/** Nearest-rank percentiles: the smallest value that at least so many per cent of all do not exceed. */
async function latenciesIn(
  db: Kysely<Tables>,
  name: Expression<string>,
  range: Range,
): Promise<ReadonlyMap<string, Latency>> {
  const named = entries(db, range)
    .where('outcome', '=', 'answered')
    .select([sql<string>`${name}`.as('bucket'), sql<number>`total_ms`.as('ms')]);
  const ranked = db
    .selectFrom(named.as('named'))
    .select(['bucket', 'ms'])
    .select([
      sql<number>`row_number() over (partition by bucket order by ms)`.as('place'),
      sql<number>`count(*) over (partition by bucket)`.as('places'),
    ]);
  const percentile = (p: number) =>
    sql<number>`min(case when place * 100 >= places * ${sql.lit(p)} then ms end)`;
  const rows = await db
    .selectFrom(ranked.as('ranked'))
    .select(['bucket', percentile(50).as('p50'), percentile(95).as('p95'), percentile(99).as('p99')])
    .groupBy('bucket')
    .execute();
  return new Map(rows.map(({ bucket, ...latency }) => [bucket, latency]));
}

/** How many answers have a value in each of so many bars of equal width over 0–1. */
async function histogram(
  db: Kysely<Tables>,
  range: Range,
  column: 'confidence' | 'brightness',
  width: number,
): Promise<number[]> {
  const bars = entries(db, range)
    .where('outcome', '=', 'answered')
    .where(column, 'is not', null)
    .select(sql<number>`cast(floor(${sql.ref(column)} * ${sql.lit(width)}) as integer)`.as('bar'));
  const rows = await db
    .selectFrom(bars.as('bars'))
    .select(['bar', sql<number>`count(*)`.as('entries')])
    .groupBy('bar')
    .execute();
  const counts = Array.from({ length: width }, () => 0);
  for (const { bar, entries } of rows) {
    const place = Math.min(bar, width - 1);
    counts[place] = (counts[place] ?? 0) + entries;
  }
  return counts;
}

async function feedback(db: Kysely<Tables>, range: Range): Promise<Statistics['total']['feedback']> {
  const rows = await entries(db, range)
    .innerJoin('feedback', 'feedback.prediction', 'predictions.id')
    .where('outcome', '=', 'answered')
    .select(['verdict', 'label', sql<number>`count(*)`.as('entries')])
    .groupBy(['verdict', 'label'])
    .execute();
  const count = (wanted: boolean | null) =>
    rows.reduce((sum, { verdict, label, entries }) => {
      const agreement = verdict && agrees(verdict, label);
      return agreement === wanted ? sum + entries : sum;
    }, 0);
  const [agreeing, disagreeing] = [count(true), count(false)];
  return { given: agreeing + disagreeing + count(null), agrees: agreeing, disagrees: disagreeing };
}
