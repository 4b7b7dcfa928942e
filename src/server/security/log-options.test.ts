import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { connectShared } from '../redis/shared.ts';
import { redisIsHere, testRedis } from '../redis/test-redis.ts';
import { systemClock } from '../system.ts';
import { testApp } from '../test-app.ts';
import { newApiKey } from './api-key.ts';
import { loggerOptions, withoutSecrets } from './log-options.ts';

function recorder() {
  let written = '';
  const sink = new PassThrough();
  sink.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  return { logger: pino(loggerOptions('trace'), sink), written: () => written };
}

describe('the server’s log', () => {
  it('holds no secret, wherever a client puts it', async () => {
    const { logger, written } = recorder();
    const test = await testApp({ logger, config: { auth: 'required' } });
    const key = newApiKey(randomBytes).text;
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl';
    const tries: [string, Record<string, string>][] = [
      ['/v1/models', { authorization: `Bearer ${key}` }],
      ['/v1/models', { 'x-api-key': key }],
      ['/v1/models', { authorization: `Bearer ${token}`, cookie: 'session=s3cret-cookie' }],
      ['/v1/models?api_key=s3cret-query&x=1', {}],
      ['/v1/predictions?limit=0&access_token=s3cret-query&API-KEY=s3cret-query', {}],
      [`/v1/models?q=${key}`, {}],
      [`/${key}/${token}`, {}],
      ['/health/live', { 'x-api-key': key, referer: 'https://a.example/?token=s3cret-query' }],
    ];
    for (const [url, headers] of tries) await test.app.inject({ url, headers });
    logger.error({
      headers: { authorization: 's3cret-header' },
      req: { headers: { cookie: 's3cret-header' } },
    });
    logger.error(new Error('connect to postgres://tampinha:s3cret-password@db:5432/log failed'));
    await test.close();
    expect(written()).toContain('/v1/models?api_key=[redacted]&x=1');
    expect(written().match(/incoming request/g)?.length).toBeGreaterThanOrEqual(tries.length - 1);
    expect(written()).not.toContain(key.slice(13));
    expect(written()).not.toContain(token.slice(-10));
    expect(written()).not.toMatch(/s3cret/);
    for (const line of written().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it.skipIf(!redisIsHere)('holds no password of Redis, right or wrong', async () => {
    const redis = await testRedis();
    const admin = new Redis(redis.url);
    await admin.config('SET', 'requirepass', 's3cret-right');
    const { logger, written } = recorder();
    const url = redis.url.replace('//', '//:s3cret-wrong@');
    const shared = connectShared({
      patienceMs: 250,
      url,
      clock: systemClock,
      onChange: (available, err) => logger.warn({ available, err }, `Redis at ${url}`),
    });
    while (!written().includes('WRONGPASS')) await new Promise((resolve) => setTimeout(resolve, 20));
    shared.close();
    admin.disconnect();
    await redis.close();
    expect(written()).not.toContain('s3cret');
  });
});

it('withoutSecrets leaves what is no secret as it is, and is quick on whatever it meets', () => {
  const plain = 'GET /v1/predictions?limit=20&verdict=open from http://127.0.0.1:8501/ took 3 ms';
  expect(withoutSecrets(plain)).toBe(plain);
  const pieces = fc.constantFrom('key', '=', '?', '&', 'eyJ', '.', ':', '//', 'tmp_', 'a', '"', '@');
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 500, maxLength: 5_000 }), (parts) => {
      expect(withoutSecrets(parts.join('')).length).toBeGreaterThan(0);
    }),
    { numRuns: 50 },
  );
  // A line that would take minutes if repetitions were not bounded.
  for (const piece of ['?key', 'eyJaaaaaaaaaa.', 'a://a:', 'tmp_01234567_'])
    withoutSecrets(piece.repeat(20_000));
});
