// The statistics as lines to draw. Pure.

import type { Statistics } from '../../../contract/statistics.ts';
import type { Verdict } from '../../../contract/verdict.ts';
import { rebinned } from './drift.ts';
import type { Colour, Line, PlotData } from './plot-data.ts';
import type { Reference } from './reference.ts';
import { errorRate, verdictShare } from './statistics.ts';

type Names<Key extends string> = Readonly<Record<Key, string>>;

/** From the top of a stack to its foot. */
export const STACK: readonly Verdict[] = ['no_bottle', 'uncertain', 'open', 'closed'];

export const VERDICT_COLOURS: Readonly<Record<Verdict, Colour>> = {
  open: '--open',
  closed: '--closed',
  uncertain: '--uncertain',
  no_bottle: '--no-bottle',
};

const startsOf = ({ buckets }: Statistics): number[] => buckets.map(({ start }) => Date.parse(start) / 1000);

export const UNITS = ['counts', 'shares'] as const;
export type Unit = (typeof UNITS)[number];

/** How many answers had each verdict, or which share of them. */
export function verdictsOverTime(statistics: Statistics, names: Names<Verdict>, unit: Unit): PlotData {
  const lines = STACK.map(
    (verdict): Line => ({
      key: verdict,
      name: names[verdict],
      colour: VERDICT_COLOURS[verdict],
      form: 'bars',
      values: statistics.buckets.map((bucket) =>
        unit === 'counts' ? bucket.verdicts[verdict] : verdictShare(bucket, verdict),
      ),
    }),
  );
  return { at: startsOf(statistics), lines, stacked: true };
}

const PERCENTILES = ['p99', 'p95', 'p50'] as const;
const PERCENTILE_COLOURS: Readonly<Record<(typeof PERCENTILES)[number], Colour>> = {
  p50: '--closed',
  p95: '--open',
  p99: '--wrong',
};

/** Milliseconds. */
export function latencyOverTime(statistics: Statistics): PlotData {
  const lines = PERCENTILES.map(
    (percentile): Line => ({
      key: percentile,
      name: percentile,
      colour: PERCENTILE_COLOURS[percentile],
      form: 'line',
      dashed: percentile === 'p99',
      values: statistics.buckets.map(({ latency }) => latency?.[percentile] ?? null),
    }),
  );
  return { at: startsOf(statistics), lines, stacked: false };
}

export function errorsOverTime(statistics: Statistics, name: string): PlotData {
  const values = statistics.buckets.map((bucket) => errorRate(bucket));
  return {
    at: startsOf(statistics),
    lines: [{ key: 'errors', name, colour: '--wrong', form: 'bars', values }],
    stacked: false,
  };
}

/** What the log and the card both know of every answer: a value from 0 to 1. */
export const MEASURED = ['confidence', 'brightness'] as const;
export type Measured = (typeof MEASURED)[number];

/** Its mean; beside it, where the card has one, the mean when the model was tested. */
export function meanOverTime(
  statistics: Statistics,
  measured: Measured,
  reference: Reference | null,
  names: Names<'now' | 'reference'>,
): PlotData {
  const spread = reference?.[measured] ?? null;
  const expected = spread && meanOf(spread);
  const now: Line = {
    key: 'now',
    name: names.now,
    colour: '--closed',
    form: 'line',
    values: statistics.buckets.map((bucket) => bucket[measured]),
  };
  const then: Line = {
    key: 'reference',
    name: names.reference,
    colour: '--quiet',
    form: 'line',
    dashed: true,
    values: statistics.buckets.map(() => expected),
  };
  return { at: startsOf(statistics), lines: expected === null ? [now] : [now, then], stacked: false };
}

/** How often each value was there in the span. */
export function histogramOf({ total }: Statistics, measured: Measured): readonly number[] {
  return { confidence: total.histogram, brightness: total.brightness_histogram }[measured];
}

/** Shares of the answers by value, at the middles of the bars; beside it the card's, where it has any. */
export function spread(
  statistics: Statistics,
  measured: Measured,
  reference: Reference | null,
  names: Names<'now' | 'reference'>,
): PlotData {
  const histogram = histogramOf(statistics, measured);
  const bars = histogram.length;
  const tested = reference?.[measured] ?? null;
  const expected = tested && rebinned(tested, bars);
  const now: Line = {
    key: 'now',
    name: names.now,
    colour: '--closed',
    form: 'bars',
    values: shares(histogram),
  };
  const then: Line | null = expected && {
    key: 'reference',
    name: names.reference,
    colour: '--ink',
    form: 'line',
    dashed: true,
    values: shares(expected),
  };
  return {
    at: histogram.map((_, bar) => (bar + 0.5) / bars),
    lines: then === null ? [now] : [now, then],
    stacked: false,
  };
}

/** Mean of a histogram over [0, 1], from the middles of its bars; null when it is empty. */
export function meanOf(counts: readonly number[]): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const weighted = counts.reduce((sum, count, bar) => sum + (count * (bar + 0.5)) / counts.length, 0);
  return total === 0 ? null : weighted / total;
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}
