import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeJpeg } from '../../decode/index.ts';
import type { Classifier } from '../../model/classification.ts';
import { createImage } from '../../vision/rgb-image.ts';
import { connectShared, type Shared } from '../redis/shared.ts';
import { redisIsHere, type TestRedis, testRedis } from '../redis/test-redis.ts';
import { systemClock } from '../system.ts';
import { colourClassifier, type TestApp, testApp } from '../test-app.ts';

// Two servers and a Redis between them, and what becomes of all that when it goes away.

let redis: TestRedis | undefined;
let shareds: Shared[] = [];
let running: TestApp[] = [];
beforeAll(async () => {
  if (redisIsHere) redis = await testRedis();
});
afterAll(() => redis?.close());
afterEach(async () => {
  await Promise.all(running.map((test) => test.close()));
  running = [];
  shareds = [];
});

async function server({ shared = true } = {}) {
  let looks = 0;
  const classifier: Classifier = {
    card: colourClassifier.card,
    classify(image) {
      looks += 1;
      return colourClassifier.classify(image);
    },
  };
  const connection = shared && redis ? connect(redis.url) : undefined;
  const config = { cacheBytes: 1_000_000 };
  const test = await testApp({ classifier, config, ...(connection && { shared: connection }) });
  running.push(test);
  if (connection) await until(() => connection.available);
  const url = await test.url();
  return { test, url, looks: () => looks };
}

function connect(url: string): Shared {
  const shared = connectShared({ url, clock: systemClock, patienceMs: 250, onChange: () => {} });
  shareds.push(shared);
  return shared;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

let colour = 0;
/** A picture that no test has sent before. */
async function picture(): Promise<Uint8Array<ArrayBuffer>> {
  colour += 9;
  return Uint8Array.from(await encodeJpeg(createImage(32, 24, [250, 5, colour])));
}

async function predict(url: string, body: Uint8Array<ArrayBuffer>, query = '') {
  const headers = { 'content-type': 'image/jpeg' };
  const reply = await fetch(`${url}/v1/predictions${query}`, { method: 'POST', body, headers });
  const json = (await reply.json()) as { id: string; cached?: boolean; p_open: number; heatmap?: unknown };
  return { status: reply.status, cache: reply.headers.get('x-cache'), ...json };
}

describe('one server', () => {
  it('marks a hit in the answer, the header, the log and the metrics, each with its own id', async () => {
    const { test, url, looks } = await server({ shared: false });
    const body = await picture();
    const [first, second] = [await predict(url, body), await predict(url, body)];
    expect(first).toMatchObject({ status: 200, cache: 'miss' });
    expect(second).toMatchObject({ status: 200, cache: 'hit', cached: true, p_open: first.p_open });
    expect(first).not.toHaveProperty('cached');
    expect(second.id).not.toBe(first.id);
    expect(looks()).toBe(1);
    const { entries } = await test.log.list({ limit: 5 });
    expect(entries.map(({ id, prediction }) => [id, prediction?.cached])).toEqual([
      [second.id, true],
      [first.id, undefined],
    ]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('tampinha_cache_answers_total{source="memory"} 1');
    expect(metrics).toMatch(/tampinha_cache_bytes [1-9]/);
    expect(metrics).toContain('tampinha_stage_seconds_count{stage="infer"} 1');
  });

  it('answers many at once by one look, every one with a row in the log', async () => {
    const { test, url, looks } = await server({ shared: false });
    const body = await picture();
    const answers = await Promise.all(Array.from({ length: 20 }, () => predict(url, body)));
    expect(looks()).toBe(1);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(20);
    expect((await test.log.list({ limit: 50 })).entries).toHaveLength(20);
  });

  it('says where it looked, also of a picture that it knows', async () => {
    const { url, looks } = await server({ shared: false });
    const body = await picture();
    await predict(url, body);
    expect(await predict(url, body, '?heatmap=1')).toMatchObject({ cache: 'miss', heatmap: { width: 2 } });
    expect(await predict(url, body, '?heatmap=1')).toMatchObject({ cache: 'hit', heatmap: { width: 2 } });
    expect(await predict(url, body)).not.toHaveProperty('heatmap');
    expect(looks()).toBe(2);
  });

  it('counts the hits among several pictures', async () => {
    const { url } = await server({ shared: false });
    const [known, unknown] = [await picture(), await picture()];
    await predict(url, known);
    const form = new FormData();
    for (const bytes of [known, unknown, known]) form.append('images', new Blob([bytes]), 'a.jpg');
    const reply = await fetch(`${url}/v1/predictions`, { method: 'POST', body: form });
    expect(reply.headers.get('x-cache')).toBe('hit 2 of 3');
  });

  it('looks at every picture when the cache is off', async () => {
    const test = await testApp({ config: { cacheBytes: 0 } });
    running.push(test);
    const body = await picture();
    for (let i = 0; i < 2; i += 1)
      expect(await predict(await test.url(), body)).toMatchObject({ cache: 'miss' });
  });
});

describe.skipIf(!redisIsHere)('two servers with a Redis', () => {
  it('share what they have seen', async () => {
    const [one, two] = [await server(), await server()];
    const body = await picture();
    const first = await predict(one.url, body, '?heatmap=1');
    let second = await predict(two.url, body);
    expect(second).toMatchObject({ cache: 'hit', p_open: first.p_open });
    second = await predict(two.url, body, '?heatmap=1');
    expect(second).toMatchObject({ cache: 'hit', heatmap: first.heatmap });
    expect([one.looks(), two.looks()]).toEqual([1, 0]);
    const metrics = await (await fetch(`${two.url}/metrics`)).text();
    expect(metrics).toContain('tampinha_redis_up 1');
    expect(metrics).toContain('tampinha_cache_answers_total{source="redis"} 1');
  });

  it('believe nothing there that is no answer', async () => {
    const { url, looks } = await server();
    const direct = new Redis(redis?.url ?? '');
    for (const wrong of ['not json', '{}', '{"verdict":"open","p_open":7}']) {
      const body = await picture();
      await predict(url, body);
      const other = await server();
      for (const key of await direct.keys('tampinha:answer:*')) await direct.set(key, wrong);
      expect(await predict(other.url, body)).toMatchObject({ status: 200, cache: 'miss', verdict: 'open' });
    }
    expect(looks()).toBe(3);
    for (const key of await direct.keys('tampinha:answer:*'))
      expect(await direct.ttl(key)).toBeLessThanOrEqual(86_400);
    direct.disconnect();
  });

  it('lose no request when it is killed or hangs, and use it again when it is back', async () => {
    const [one, two] = [await server(), await server()];
    const unshared = async () => {
      const body = await picture();
      return [await predict(one.url, body), await predict(two.url, body)].map(({ status, cache }) => [
        status,
        cache,
      ]);
    };
    expect(await unshared()).toEqual([
      [200, 'miss'],
      [200, 'hit'],
    ]);
    for (const [away, back] of [
      [() => redis?.kill(), () => redis?.start()],
      [() => redis?.pause(), () => redis?.resume()],
    ]) {
      await away?.();
      expect(await unshared()).toEqual([
        [200, 'miss'],
        [200, 'miss'],
      ]);
      await back?.();
      await until(async () => (await unshared())[1]?.[1] === 'hit');
    }
  });
});
