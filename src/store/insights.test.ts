import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FEEDBACK_LABELS, type FeedbackLabel } from '../contract/feedback.ts';
import type { LogEntry } from '../contract/prediction-list.ts';
import { agrees } from '../contract/review.ts';
import { VERDICTS } from '../contract/verdict.ts';
import type { Store } from './open.ts';
import { answered, id, refused, withoutBrightness } from './test-entries.ts';
import { describeStores, type Place } from './test-stores.ts';

describeStores('insights', (makePlace) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });
  const append = (entries: readonly LogEntry[]) =>
    Promise.all(entries.map((entry) => store.log.append(entry)));
  const say = (n: number, label: FeedbackLabel, options: { reviewed?: boolean; created?: string } = {}) =>
    store.log.saveFeedback({
      prediction: id(n),
      label,
      comment: null,
      created: '2026-11-23T12:00:00.000Z',
      reviewed: false,
      ...options,
    });

  describe('statistics', () => {
    it('count each bucket and the whole span', async () => {
      await append([
        answer(1, '00:00:00.000', { verdict: 'open', confidence: 0.5, brightness: 0, ms: 10 }),
        answer(2, '00:59:59.999', {
          ...{ verdict: 'closed', confidence: 1, brightness: 1, ms: 30, cached: true },
        }),
        refused(3, '2026-11-23T00:30:00.000Z'),
        answer(4, '02:00:00.000', { verdict: 'no_bottle', confidence: 0.75, ms: 20, model: 'ffffffffffff' }),
        answer(5, '03:00:00.000', {}),
      ]);
      await say(1, 'open');
      await say(2, 'none');
      await say(4, 'unclear');
      const range = {
        from: '2026-11-23T01:00:00+01:00',
        to: '2026-11-23T03:00:00Z',
        bucket: 'hour',
      } as const;
      const { buckets, total } = await store.insights.statistics(range);

      const nothing = {
        ...{ answered: 0, refused: 0, cached: 0, errors: {}, models: {}, latency: null, brightness: null },
      };
      expect(buckets).toEqual([
        {
          start: '2026-11-23T00:00:00.000Z',
          answered: 2,
          refused: 1,
          cached: 1,
          verdicts: { open: 1, closed: 1, uncertain: 0, no_bottle: 0 },
          errors: { BROKEN_PICTURE: 1 },
          models: { '0123456789ab': 2 },
          latency: { p50: 10, p95: 30, p99: 30 },
          confidence: 0.75,
          brightness: 0.5,
        },
        {
          start: '2026-11-23T01:00:00.000Z',
          ...nothing,
          verdicts: { open: 0, closed: 0, uncertain: 0, no_bottle: 0 },
          confidence: null,
        },
        {
          start: '2026-11-23T02:00:00.000Z',
          ...nothing,
          answered: 1,
          verdicts: { open: 0, closed: 0, uncertain: 0, no_bottle: 1 },
          models: { ffffffffffff: 1 },
          latency: { p50: 20, p95: 20, p99: 20 },
          confidence: 0.75,
          brightness: 0.375,
        },
      ]);
      expect(total).toMatchObject({
        answered: 3,
        refused: 1,
        models: { '0123456789ab': 2, ffffffffffff: 1 },
        latency: { p50: 20, p95: 30, p99: 30 },
        confidence: 0.75,
        feedback: { given: 3, agrees: 1, disagrees: 1 },
      });
      expect(total.histogram).toEqual([...zeros(10), 1, ...zeros(4), 1, ...zeros(3), 1]);
      expect(total.brightness_histogram).toEqual([1, ...zeros(6), 1, ...zeros(11), 1]);
      const other = await store.insights.statistics({ ...range, model: 'ffffffffffff' });
      expect(other.total).toMatchObject({ answered: 1, refused: 0, feedback: { given: 1 } });
    });

    it('leave answers from before the brightness was recorded out of its figures, and of no other', async () => {
      const before = withoutBrightness(answered(1, at('00:00:00.000')));
      await append([before, answer(2, '00:00:01.000', { brightness: 0.5 })]);
      const { total } = await store.insights.statistics({ ...DAY, bucket: 'day' });
      expect(total).toMatchObject({ answered: 2, brightness: 0.5 });
      expect(total.brightness_histogram).toEqual([...zeros(10), 1, ...zeros(9)]);
    });

    it('have the nearest rank for a percentile: of 1 to 200 ms the 100th, 190th and 198th', async () => {
      await append(Array.from({ length: 200 }, (_, n) => answered(n, { ms: n + 1, ...at('00:00:00.000') })));
      const { total } = await store.insights.statistics({ ...DAY, bucket: 'day' });
      expect(total.latency).toEqual({ p50: 100, p95: 190, p99: 198 });
    });

    it('have every minute, hour and day of a span', async () => {
      const cases = [
        ['minute', 1_440, '2026-11-23T00:01:00.000Z'],
        ['hour', 24, '2026-11-23T01:00:00.000Z'],
        ['day', 1, undefined],
      ] as const;
      for (const [bucket, count, second] of cases) {
        const { buckets } = await store.insights.statistics({ ...DAY, bucket });
        expect(buckets).toHaveLength(count);
        expect(buckets[1]?.start).toBe(second);
      }
    });

    it('refuse a span that is empty or has too many buckets', async () => {
      const { from, to } = DAY;
      const ask = (range: { from: string; to: string }) =>
        store.insights.statistics({ ...range, bucket: 'minute' });
      await expect(ask({ from: to, to: from })).rejects.toMatchObject({ code: 'INVALID_PARAMETER' });
      const values = { rule: 'buckets', length: 4_320 };
      await expect(ask({ from: '2026-11-21T00:00:00Z', to })).rejects.toMatchObject({ values });
    });
  });

  describe('the review queue', () => {
    const queue = async (limit = 10, cursor?: string) => store.insights.reviewQueue({ limit, cursor });

    it('begins with disputes, then what is least sure, and leaves out what is settled', async () => {
      await append([
        answer(1, '00:00:01.000', { confidence: 0.9 }),
        answer(2, '00:00:02.000', { confidence: 0.55 }),
        answer(3, '00:00:03.000', { verdict: 'closed' }),
        answer(4, '00:00:04.000', { verdict: 'open' }),
        answer(5, '00:00:05.000', { verdict: 'uncertain', confidence: 0.5 }),
        answer(6, '00:00:06.000', { verdict: 'no_bottle' }),
        answer(7, '00:00:07.000', { confidence: 0.55 }),
        refused(8),
      ]);
      await say(3, 'open', { created: '2026-11-23T12:00:00.000Z' });
      await say(4, 'open');
      await say(5, 'closed');
      await say(6, 'open', { created: '2026-11-23T12:00:01.000Z' });
      const { items, next } = await queue();
      expect(
        items.map(({ prediction, disputed, feedback }) => [prediction.id, disputed, feedback?.label]),
      ).toEqual([
        [id(6), true, 'open'],
        [id(3), true, 'open'],
        [id(2), false, undefined],
        [id(7), false, undefined],
        [id(1), false, undefined],
      ]);
      expect(next).toBeNull();
      await say(6, 'open', { reviewed: true });
      await say(2, 'unclear', { reviewed: true });
      expect((await queue()).items.map(({ prediction }) => prediction.id)).toEqual([id(3), id(7), id(1)]);
    });

    it('disputes exactly what the contract says', async () => {
      const cases = VERDICTS.flatMap((verdict) => FEEDBACK_LABELS.map((label) => ({ verdict, label })));
      await append(cases.map(({ verdict }, n) => answered(n, { verdict })));
      for (const [n, { label }] of cases.entries()) await say(n, label);
      const disputed = cases.flatMap(({ verdict, label }, n) =>
        agrees(verdict, label) === false ? [id(n)] : [],
      );
      expect((await queue(50)).items.map(({ prediction }) => prediction.id).sort()).toEqual(disputed);
    });

    it('is the same in pages of any size', async () => {
      await append(
        Array.from({ length: 9 }, (_, n) => answered(n, { confidence: 0.5 + (n % 3) / 7, verdict: 'open' })),
      );
      for (const n of [1, 4, 5, 7]) await say(n, n === 7 ? 'open' : 'closed');
      const whole = (await queue()).items;
      expect(whole).toHaveLength(8);
      for (const size of [1, 2, 3, 8]) {
        expect(await allPages((cursor) => queue(size, cursor))).toEqual(whole);
      }
    });

    it('refuses a cursor that it never gave', async () => {
      const wrong = fc.oneof(
        fc.string(),
        fc.constantFrom(
          `said~2026-11-23T12:00:00.000Z~${id(1)}`,
          `disputed~0000-01-01T00:00:00.000Z~${id(1)}`,
          `unsure~NaN~${id(1)}`,
          'unsure~0.5~1',
        ),
      );
      await fc.assert(
        fc.asyncProperty(wrong, async (cursor) => {
          const values = { name: 'cursor' };
          await expect(queue(1, cursor)).rejects.toMatchObject({ code: 'INVALID_PARAMETER', values });
        }),
        { numRuns: 50 },
      );
    });
  });

  describe('the feedback list', () => {
    it('is newest first, by label and time, in pages', async () => {
      await append([1, 2, 3].map((n) => answered(n)));
      await append([refused(4)]);
      for (const n of [2, 4, 1, 3]) {
        await say(n, n === 4 ? 'none' : 'open', {
          created: `2026-11-23T12:00:0${n}.000Z`,
          reviewed: n === 2,
        });
      }
      const listed = async (filter: object) =>
        (await store.insights.feedback({ limit: 10, ...filter })).items.map(({ prediction }) => prediction);
      expect(await listed({})).toEqual([4, 3, 2, 1].map(id));
      expect(await listed({ label: 'open' })).toEqual([3, 2, 1].map(id));
      expect(await listed({ from: '2026-11-23T12:00:02Z', to: '2026-11-23T13:00:03+01:00' })).toEqual([
        id(2),
      ]);
      const pages = await allPages((cursor) => store.insights.feedback({ limit: 1, cursor }));
      expect(pages.map(({ answer }) => answer?.id ?? null)).toEqual([null, id(3), id(2), id(1)]);
      expect(pages[2]).toMatchObject({ label: 'open', reviewed: true, comment: null });
    });
  });
});

const DAY = { from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z' };

function at(time: string) {
  return { created: `2026-11-23T${time}Z` };
}

function answer(n: number, time: string, changes: Parameters<typeof answered>[1]): LogEntry {
  return answered(n, { ...changes, ...at(time) });
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

async function allPages<Item>(
  page: (cursor?: string) => Promise<{ items: readonly Item[]; next: string | null }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    all.push(...items);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return all;
}
