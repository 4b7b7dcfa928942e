import { describe, expect, test } from 'vitest';
import type { Statistics } from '../../../contract/statistics.ts';
import type { Verdict } from '../../../contract/verdict.ts';
import { columns } from './plot-data.ts';
import { referenceOf } from './reference.ts';
import {
  errorsOverTime,
  latencyOverTime,
  MEASURED,
  meanOf,
  meanOverTime,
  spread,
  verdictsOverTime,
} from './series.ts';
import { errorRate, isStatistics, statisticsPath, verdictShare } from './statistics.ts';

const NAMES = { open: 'o', closed: 'c', uncertain: 'u', no_bottle: 'n' };
const WHEN = { now: 'now', reference: 'then' };

const verdicts = (open: number, closed: number, uncertain = 0, no_bottle = 0): Record<Verdict, number> => ({
  open,
  closed,
  uncertain,
  no_bottle,
});

const empty = {
  answered: 0,
  refused: 0,
  cached: 0,
  verdicts: verdicts(0, 0),
  errors: {},
  models: {},
  latency: null,
  confidence: null,
  brightness: null,
};

const busy = {
  ...empty,
  answered: 10,
  refused: 30,
  verdicts: verdicts(1, 5, 3, 1),
  errors: { FILE_TOO_LARGE: 30 },
  models: { m: 10 },
  latency: { p50: 10, p95: 20, p99: 50 },
  confidence: 0.8,
  brightness: 0.4,
};

const statistics: Statistics = {
  from: '2026-11-23T06:00:00.000Z',
  to: '2026-11-23T08:00:00.000Z',
  bucket: 'hour',
  buckets: [
    { ...empty, start: '2026-11-23T06:00:00.000Z' },
    { ...busy, start: '2026-11-23T07:00:00.000Z' },
  ],
  total: {
    ...busy,
    histogram: Array.from({ length: 20 }, (_, bar) => (bar === 17 ? 10 : 0)),
    brightness_histogram: Array.from({ length: 20 }, (_, bar) => (bar === 17 ? 10 : 0)),
    feedback: { given: 4, agrees: 2, disagrees: 1 },
  },
};

const tested = {
  split: 'held out',
  verdicts: verdicts(10, 20, 5, 5),
  confidence: Array.from({ length: 40 }, (_, bar) => (bar === 39 ? 40 : 0)),
};
const reference = referenceOf({ reference: { ...tested, brightness: tested.confidence } });

describe('lines', () => {
  test('of the verdicts stand on one another, and add up to the answers', () => {
    const [at, ...lines] = columns(verdictsOverTime(statistics, NAMES, 'counts'));
    expect(at).toEqual([Date.parse(statistics.from) / 1000, Date.parse(statistics.from) / 1000 + 3600]);
    expect(lines.map((line) => line[1])).toEqual([10, 9, 6, 5]);
    const [, ...parts] = columns(verdictsOverTime(statistics, NAMES, 'shares'));
    for (const [place, share] of [1, 0.9, 0.6, 0.5].entries()) expect(parts[place]?.[1]).toBeCloseTo(share);
  });

  test('have gaps where nothing was answered', () => {
    expect(latencyOverTime(statistics).lines.map(({ values }) => values)).toEqual([
      [null, 50],
      [null, 20],
      [null, 10],
    ]);
    expect(errorsOverTime(statistics, 'e').lines[0]?.values).toEqual([null, 0.75]);
  });

  test.each(MEASURED)('of %s stand beside the card’s where it has any', (measured) => {
    expect(meanOverTime(statistics, measured, null, WHEN).lines.map(({ values }) => values)).toEqual([
      [null, busy[measured]],
    ]);
    expect(meanOverTime(statistics, measured, reference, WHEN).lines[1]?.values[0]).toBeCloseTo(0.9875);
    const histogram = spread(statistics, measured, reference, WHEN);
    expect(histogram.at[17]).toBeCloseTo(0.875);
    expect(histogram.lines.map(({ values }) => [values[17], values[19]])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(spread(statistics, measured, null, WHEN).lines).toHaveLength(1);
  });

  test('of brightness stand alone beside a card that was measured without', () => {
    const older = referenceOf({ reference: tested });
    expect(older?.confidence).toEqual(tested.confidence);
    expect(meanOverTime(statistics, 'brightness', older, WHEN).lines).toHaveLength(1);
    expect(spread(statistics, 'brightness', older, WHEN).lines).toHaveLength(1);
  });
});

test('a rate without a denominator is none', () => {
  expect([errorRate(empty), errorRate(busy)]).toEqual([null, 0.75]);
  expect([verdictShare(empty, 'open'), verdictShare(busy, 'uncertain')]).toEqual([null, 0.3]);
  expect([meanOf([0, 0]), meanOf([1, 1])]).toEqual([null, 0.5]);
});

test('the span is counted back from the server’s own time', () => {
  const now = Date.parse(statistics.to);
  expect(statisticsPath({ range: 'hour', model: null, now })).toBe(
    '/v1/statistics?bucket=minute&from=2026-11-23T07%3A00%3A00.000Z',
  );
  expect(statisticsPath({ range: 'day', model: 'm 1', now: null })).toBe(
    '/v1/statistics?bucket=hour&model=m+1',
  );
});

describe('what the server sends', () => {
  test('is known when it is whole', () => {
    expect(isStatistics(structuredClone(statistics))).toBe(true);
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['no total', { ...statistics, total: undefined }],
    ['a bucket without a time', { ...statistics, buckets: [empty] }],
    [
      'latencies as text',
      { ...statistics, buckets: [{ ...busy, start: statistics.from, latency: { p50: '1' } }] },
    ],
    ['a spread of text', { ...statistics, total: { ...statistics.total, brightness_histogram: ['1'] } }],
    ['a verdict that is missing', { ...statistics, total: { ...statistics.total, verdicts: { open: 1 } } }],
  ])('is not: %s', (_, value) => {
    expect(isStatistics(value)).toBe(false);
  });

  test('may lack a reference, or hold a broken one', () => {
    expect(reference?.verdicts.closed).toBe(20);
    for (const broken of [
      null,
      {},
      { reference: {} },
      { reference: { split: 's', verdicts: verdicts(1, 1), confidence: [] } },
      { reference: { split: 's', verdicts: { open: 1 }, confidence: [1] } },
      { reference: { split: 's', verdicts: verdicts(1, 1), confidence: [-1, 0.5] } },
    ])
      expect(referenceOf(broken)).toBeNull();
  });
});
