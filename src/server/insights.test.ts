import { parse } from 'csv-parse/sync';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FeedbackList } from '../contract/feedback.ts';
import { ReviewList } from '../contract/review.ts';
import { Statistics } from '../contract/statistics.ts';
import { answered, id, refused } from '../store/test-entries.ts';
import { type TestApp, testApp } from './test-app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await testApp();
  for (const n of [1, 2]) await test.log.append(answered(n, { file: '=cmd.jpg', confidence: 0.5 + n / 10 }));
  await test.log.append(refused(3));
});
afterAll(() => test.close());

const get = (url: string) => test.app.inject({ url });

async function say(n: number, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const url = `/v1/predictions/${id(n)}/feedback`;
  const reply = await test.app.inject({ method: 'POST', url, headers, body: JSON.stringify(body) });
  expect(reply.statusCode).toBe(200);
}

describe('the statistics', () => {
  it('are those of the span asked for', async () => {
    const span = 'from=2026-11-23T00:00:00Z&to=2026-11-23T02:00:00Z';
    const statistics = Value.Parse(Statistics, (await get(`/v1/statistics?${span}`)).json());
    expect(statistics.bucket).toBe('hour');
    expect(statistics.buckets.map(({ answered }) => answered)).toEqual([2, 0]);
    expect(statistics.total).toMatchObject({ answered: 2, refused: 1, errors: { BROKEN_PICTURE: 1 } });
  });

  it('are those of the last day unless a span is named', async () => {
    const { from, to, buckets } = Value.Parse(Statistics, (await get('/v1/statistics')).json());
    expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
    expect(buckets.length).toBeGreaterThanOrEqual(24);
  });

  it.each([
    'bucket=week',
    'bucket=minute&from=2020-01-01T00:00:00Z',
    'from=yesterday',
    'from=2026-11-23T02:00:00Z&to=2026-11-23T02:00:00Z',
  ])('refuse %s', async (query) => {
    const reply = await get(`/v1/statistics?${query}`);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ code: 'INVALID_PARAMETER' });
  });
});

it.each([
  '2026-11-23T03:00:00-03:00[America/Sao_Paulo]',
  '2016-12-31T23:59:60Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
])('reads the time %s, which the standard allows, and does not stumble', async (time) => {
  const value = encodeURIComponent(time);
  const urls = ['predictions?from=', 'predictions?to=', 'feedback?from=', 'feedback?to=', 'statistics?to='];
  for (const url of urls) expect((await get(`/v1/${url}${value}`)).statusCode).toBeLessThan(500);
});

it('the review queue gives up what a reviewer has judged, and takes it back with the judgement', async () => {
  const queue = async () => Value.Parse(ReviewList, (await get('/v1/review')).json()).items;
  expect((await queue()).map(({ prediction }) => prediction.id)).toEqual([id(1), id(2)]);
  await say(2, { label: 'closed' });
  expect((await queue()).map(({ prediction, disputed }) => [prediction.id, disputed])).toEqual([
    [id(2), true],
    [id(1), false],
  ]);
  await say(2, { label: 'closed', review: true });
  expect((await queue()).map(({ prediction }) => prediction.id)).toEqual([id(1)]);
  await test.app.inject({ method: 'DELETE', url: `/v1/predictions/${id(2)}/feedback` });
  expect(await queue()).toHaveLength(2);
  expect((await get('/v1/review?cursor=mine')).json()).toMatchObject({ code: 'INVALID_PARAMETER' });
});

describe('the feedback', () => {
  beforeAll(async () => {
    await say(1, { label: 'closed', comment: 'A "tampa", ainda\nfechada' });
    await say(2, { label: 'open' });
  });

  it('comes in pages', async () => {
    const page = Value.Parse(FeedbackList, (await get('/v1/feedback?limit=1')).json());
    expect(page.feedback.map(({ prediction }) => prediction)).toEqual([id(2)]);
    const rest = Value.Parse(FeedbackList, (await get(`/v1/feedback?cursor=${page.next}`)).json());
    expect(rest).toMatchObject({ next: null, feedback: [{ prediction: id(1), answer: { id: id(1) } }] });
  });

  it('comes as a file that a spreadsheet reads and does not run', async () => {
    const reply = await get('/v1/feedback?format=csv&label=closed');
    expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(reply.headers['content-disposition']).toContain('feedback.csv');
    expect(parse(reply.body, { columns: true })).toEqual([
      expect.objectContaining({
        prediction: id(1),
        label: 'closed',
        comment: 'A "tampa", ainda\nfechada',
        reviewed: 'false',
        file: "'=cmd.jpg",
        verdict: 'open',
        confidence: '0.6',
      }),
    ]);
  });

  it.each(['json', 'csv'])('is refused as %s from a place that no page ended at', async (format) => {
    const reply = await get(`/v1/feedback?format=${format}&cursor=-1`);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ code: 'INVALID_PARAMETER', values: { name: 'cursor' } });
  });
});
