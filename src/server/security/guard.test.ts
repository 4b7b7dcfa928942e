import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { Value } from 'typebox/value';
import { afterEach, describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../contract/access.ts';
import { ErrorBody } from '../../contract/error-body.ts';
import { encodeJpeg } from '../../decode/index.ts';
import type { KeyStore } from '../../store/key-store.ts';
import { createImage } from '../../vision/rgb-image.ts';
import { type TestApp, type TestAppOptions, testApp } from '../test-app.ts';
import { newApiKey } from './api-key.ts';
import type { Access } from './guard.ts';

// Who gets in, and where.

let running: TestApp[] = [];
afterEach(async () => {
  await Promise.all(running.map((test) => test.close()));
  running = [];
});

async function start(options: TestAppOptions = {}): Promise<TestApp> {
  const test = await testApp(options);
  running.push(test);
  return test;
}

interface KeyOptions {
  readonly scopes?: readonly Scope[];
  readonly expires?: string;
  readonly perMinute?: number;
}

async function addKey(keys: KeyStore, { scopes = ['predict'], expires, perMinute }: KeyOptions = {}) {
  const { text, prefix, hash } = newApiKey(randomBytes);
  const id = randomUUIDv7();
  const created = '2026-11-23T00:00:00.000Z';
  await keys.create({
    ...{ id, name: 'test', prefix, hash, scopes, created },
    expires: expires ?? null,
    perMinute: perMinute ?? null,
  });
  return { id, text, bearer: { authorization: `Bearer ${text}` } };
}

const ID = '01936f0e-0000-7000-8000-000000000000';
const REQUIRED = { config: { auth: 'required' } } as const;

interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** As it is registered. */
  readonly url: string;
  /** One that it answers. */
  readonly address: string;
  readonly access: Access;
}

/** Every route of the application, read from the application itself, those that its document leaves out too. */
function routesOf({ app }: TestApp): Route[] {
  return app.accesses().map(({ method, url, access }) => {
    const address = url.replace(':id', ID).replace(/:\w+/g, 'bottle').replace('*', 'index.html');
    return { method: method as Route['method'], url, address, access };
  });
}

/** Whoever adds a route says here who may call it, or this fails. */
const EXPECTED: Readonly<Record<Access, readonly string[]>> = {
  public: ['GET /health/live', 'GET /health/ready', 'GET /v2/health/live', 'GET /v2/health/ready'],
  any: [
    'GET /docs/',
    'GET /docs/json',
    'GET /docs/static/*',
    'GET /docs/static/index.html',
    'GET /docs/static/swagger-initializer.js',
    'GET /docs/yaml',
    'GET /openapi.json',
    'GET /v1/model',
    'GET /v1/models',
    'GET /v2',
    'GET /v2/',
    'GET /v2/models/:model',
    'GET /v2/models/:model/ready',
    'GET /v2/models/:model/versions/:version',
    'GET /v2/models/:model/versions/:version/ready',
  ],
  predict: [
    'DELETE /v1/jobs/:id',
    'GET /v1/jobs/:id',
    'POST /classificar',
    'POST /v1/jobs',
    'POST /v1/predictions',
    'POST /v2/models/:model/infer',
    'POST /v2/models/:model/versions/:version/infer',
  ],
  read: [
    'GET /metrics',
    'GET /v1/feedback',
    'GET /v1/predictions',
    'GET /v1/predictions/:id',
    'GET /v1/predictions/:id/feedback',
    'GET /v1/statistics',
    'GET /v2/models/:model/stats',
    'GET /v2/models/:model/versions/:version/stats',
    'GET /v2/models/stats',
  ],
  review: [
    'DELETE /v1/predictions/:id/feedback',
    'GET /v1/predictions/:id/picture',
    'GET /v1/review',
    'POST /v1/predictions/:id/feedback',
  ],
  admin: ['POST /v1/models/:folder/activate', 'POST /v1/models/rollback'],
};

it('every route asks what is written down for it', async () => {
  const routes = routesOf(await start());
  for (const [access, expected] of Object.entries(EXPECTED)) {
    const found = routes.filter((route) => route.access === access && route.method !== 'HEAD');
    expect([access, [...new Set(found.map(({ method, url }) => `${method} ${url}`))].sort()]).toEqual([
      access,
      expected,
    ]);
  }
});

describe('where keys are required', () => {
  it('there is nothing without one but health', async () => {
    const test = await start(REQUIRED);
    const nowhere = ['/nothing', '/v1', '/docs', '/docs/nothing'].map(
      (address) => ({ method: 'GET', address }) as const,
    );
    const open: string[] = [];
    for (const { method, address } of [...routesOf(test), ...nowhere]) {
      const reply = await test.app.inject({ method, url: address });
      if (reply.statusCode !== 401) open.push(`${method} ${address}`);
      else {
        expect(reply.headers['www-authenticate']).toMatch(/^Bearer realm="tampinha"/);
        if (method !== 'HEAD') expect(Value.Errors(ErrorBody, reply.json())).toEqual([]);
      }
    }
    const health = ['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready'];
    expect(open.sort()).toEqual(['GET', 'HEAD'].flatMap((method) => health.map((url) => `${method} ${url}`)));
  });

  it.each([
    ['a made-up key', `Bearer ${newApiKey(randomBytes).text}`],
    ['a key that is none', 'Bearer tmp_x'],
    ['a token without an issuer', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
    ['an empty key', 'Bearer '],
    ['a password', 'Basic YTpi'],
    ['nonsense', '\u00ff\u00fe'],
  ])('%s does not help', async (_name, authorization) => {
    const { app } = await start(REQUIRED);
    const reply = await app.inject({ url: '/v1/models', headers: { authorization } });
    expect(reply.statusCode).toBe(401);
  });

  it.each(SCOPES)(
    'a key opens what its scope names, in either header, and nothing else: %s',
    async (scope) => {
      const test = await start(REQUIRED);
      const { text } = await addKey(test.keys, { scopes: [scope] });
      for (const { method, address, access } of routesOf(test)) {
        if (access === 'public') continue;
        const expected = scope === 'admin' || access === 'any' || access === scope;
        for (const headers of [{ authorization: `bearer ${text}` }, { 'x-api-key': text }]) {
          const reply = await test.app.inject({ method, url: address, headers });
          const said = [method, address, reply.statusCode === 403];
          expect(said).toEqual([method, address, !expected]);
          expect(reply.statusCode).not.toBe(401);
          if (expected || method === 'HEAD') continue;
          expect(reply.json()).toMatchObject({ code: 'MISSING_SCOPE', values: { scope: access } });
          expect(reply.headers['www-authenticate']).toContain(
            `error="insufficient_scope", scope="${access}"`,
          );
        }
      }
    },
  );

  it('an expired key is none', async () => {
    const { app, keys } = await start(REQUIRED);
    const past = await addKey(keys, { expires: '2026-01-01T00:00:00.000Z' });
    const future = await addKey(keys, { expires: '2100-01-01T00:00:00.000Z' });
    expect((await app.inject({ url: '/v1/models', headers: past.bearer })).statusCode).toBe(401);
    expect((await app.inject({ url: '/v1/models', headers: future.bearer })).statusCode).toBe(200);
  });

  it('a revoked key is refused soon, also by a server that knew it', async () => {
    const { app, keys } = await start(REQUIRED);
    const { id, bearer } = await addKey(keys);
    const status = async () => (await app.inject({ url: '/v1/models', headers: bearer })).statusCode;
    expect(await status()).toBe(200);
    await keys.revoke(id, new Date().toISOString());
    while ((await status()) === 200) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await status()).toBe(401);
  });

  it('the log names the key, and the key the time of its use', async () => {
    const { app, keys, log } = await start(REQUIRED);
    const { id, bearer } = await addKey(keys);
    const payload = Buffer.from(await encodeJpeg(createImage(8, 8, [250, 5, 5])));
    const headers = { ...bearer, 'content-type': 'image/jpeg' };
    const reply = await app.inject({ method: 'POST', url: '/v1/predictions', headers, payload });
    expect(reply.statusCode).toBe(200);
    const { entries } = await log.list({ limit: 2 });
    expect(entries.map(({ client }) => client.key_id)).toEqual([id]);
  });

  it('says 503, and not that the key is wrong, while keys cannot be looked up', async () => {
    const { app, keys } = await start(REQUIRED);
    const { bearer } = await addKey(keys);
    keys.findByHash = () => Promise.reject(new Error('database is gone'));
    const reply = await app.inject({ url: '/v1/models', headers: bearer });
    expect(reply.statusCode).toBe(503);
    expect(reply.json()).toMatchObject({ code: 'AUTH_UNAVAILABLE', retryable: true });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('the body of a stranger is never read', async () => {
    const test = await start(REQUIRED);
    const reply = await fetch(`${await test.url()}/v1/predictions`, {
      method: 'POST',
      body: new Uint8Array(1_000_000),
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(reply.status).toBe(401);
    expect((await test.log.list({ limit: 5 })).entries).toEqual([]);
  });
});

describe('without keys', () => {
  const ask = async ({ app }: TestApp, remoteAddress: string, url: string, headers = {}) =>
    (await app.inject({ url, remoteAddress, headers: { host: 'localhost:8501', ...headers } })).statusCode;

  it('on its own machine everything is open to that machine only', async () => {
    const test = await start();
    for (const url of ['/v1/models', '/v1/predictions', '/metrics', '/openapi.json']) {
      expect(await ask(test, '127.0.0.1', url)).toBe(200);
      expect(await ask(test, '::1', url, { host: '[::1]:8501' })).toBe(200);
      expect(await ask(test, '203.0.113.7', url)).toBe(401);
    }
  });

  it('a proxy that nobody has named lets nobody in', async () => {
    const test = await start();
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
      expect(await ask(test, '127.0.0.1', '/v1/predictions', { [header]: '127.0.0.1' })).toBe(401);
    }
    const trusting = await start({ config: { trustProxy: ['127.0.0.1'] } });
    expect(await ask(trusting, '127.0.0.1', '/v1/predictions', { 'x-forwarded-for': '127.0.0.1' })).toBe(200);
    expect(await ask(trusting, '127.0.0.1', '/v1/predictions', { 'x-forwarded-for': '203.0.113.7' })).toBe(
      401,
    );
    // A sign of another one, which says nothing of where the request comes from.
    for (const header of ['forwarded', 'x-real-ip', 'via'])
      expect(await ask(trusting, '127.0.0.1', '/v1/predictions', { [header]: '127.0.0.1' })).toBe(401);
    expect(await ask(trusting, '127.0.0.1', '/v1/predictions')).toBe(200);
  });

  it('a page whose name was made to point here reads nothing', async () => {
    const test = await start();
    for (const host of [
      'evil.example:8501',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '2130706433',
    ]) {
      expect(await ask(test, '127.0.0.1', '/v1/predictions', { host })).toBe(401);
      expect(await ask(test, '127.0.0.1', '/v1/feedback', { host })).toBe(401);
    }
  });

  it('on any other address a key is needed even on the machine itself', async () => {
    const test = await start({ config: { host: '0.0.0.0' } });
    expect(await ask(test, '127.0.0.1', '/v1/models')).toBe(401);
  });

  it('switched off, the public may ask but neither list nor change', async () => {
    const test = await start({ config: { host: '0.0.0.0', auth: 'off' } });
    expect(await ask(test, '203.0.113.7', '/v1/models')).toBe(200);
    for (const url of ['/v1/predictions', '/v1/feedback', '/v1/review']) {
      expect(await ask(test, '203.0.113.7', url)).toBe(403);
      expect(await ask(test, '127.0.0.1', url)).toBe(200);
    }
    const { bearer } = await addKey(test.keys, { scopes: ['read'] });
    expect(await ask(test, '203.0.113.7', '/v1/predictions', bearer)).toBe(200);
  });

  it('a wrong key is wrong even where none is needed', async () => {
    const test = await start();
    expect(await ask(test, '127.0.0.1', '/v1/models', { 'x-api-key': 'tmp_old' })).toBe(401);
  });
});

describe('pages of other sites', () => {
  const send = async (test: TestApp, headers: Record<string, string>) => {
    const url = `/v1/predictions/${ID}/feedback`;
    const payload = '{"label":"open"}';
    const all = { host: 'localhost:8501', 'content-type': 'text/plain', ...headers };
    return (await test.app.inject({ method: 'POST', url, headers: all, payload })).statusCode;
  };

  it('change nothing here through the browser of somebody who may', async () => {
    const test = await start({ config: { corsOrigins: ['https://friend.example'] } });
    expect(await send(test, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBe(403);
    expect(await send(test, { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' })).toBe(403);
    expect(await send(test, { origin: 'null' })).toBe(403);
    expect(await send(test, { origin: 'http://localhost:9999' })).toBe(403);
    // Our own page, no browser at all, a named origin, and a page that was given a key: 404 is behind the guard.
    expect(await send(test, { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8501' })).toBe(404);
    expect(await send(test, { origin: 'http://localhost:8501' })).toBe(404);
    expect(await send(test, {})).toBe(404);
    expect(await send(test, { 'sec-fetch-site': 'cross-site', origin: 'https://friend.example' })).toBe(404);
    const { bearer } = await addKey(test.keys, { scopes: ['review'] });
    expect(
      await send(test, { ...bearer, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }),
    ).toBe(404);
  });
});

describe('limits', () => {
  it('are a key’s own, wherever it is used', async () => {
    const { app, keys } = await start({ config: { auth: 'required', keyRateLimitPerMinute: 2 } });
    const statuses = async (key: { bearer: Record<string, string> }, times: number, from = '203.0.113.7') => {
      const codes: number[] = [];
      for (let i = 0; i < times; i += 1) {
        codes.push(
          (await app.inject({ url: '/v1/models', headers: key.bearer, remoteAddress: from })).statusCode,
        );
      }
      return codes;
    };
    const [usual, small, endless] = [
      await addKey(keys),
      await addKey(keys, { perMinute: 1 }),
      await addKey(keys, { perMinute: 0 }),
    ];
    expect(await statuses(usual, 3)).toEqual([200, 200, 429]);
    expect(await statuses(usual, 1, '198.51.100.1')).toEqual([429]);
    expect(await statuses(small, 2)).toEqual([200, 429]);
    expect(new Set(await statuses(endless, 20))).toEqual(new Set([200]));
  });

  it('are told in headers, and when to come back', async () => {
    const { app } = await start({ config: { auth: 'off', rateLimitPerMinute: 2 } });
    const ask = () => app.inject({ url: '/v1/models', remoteAddress: '203.0.113.7' });
    const first = await ask();
    expect(first.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' });
    expect(Number(first.headers['ratelimit-reset'])).toBeGreaterThan(0);
    await ask();
    const refused = await ask();
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ code: 'RATE_LIMITED', values: { limit: 2 } });
    expect(refused.headers).toMatchObject({ 'ratelimit-remaining': '0' });
    expect(refused.headers['retry-after']).toBe(refused.headers['ratelimit-reset']);
  });

  it('hold for those who guess keys, before the next guess is looked up', async () => {
    const { app, keys } = await start(REQUIRED);
    const good = await addKey(keys);
    const ask = (headers: Record<string, string>, remoteAddress: string) =>
      app.inject({ url: '/v1/models', headers, remoteAddress });
    const codes: number[] = [];
    for (let i = 0; i < 32; i += 1) {
      const { text } = newApiKey(randomBytes);
      codes.push((await ask({ 'x-api-key': text }, '2001:db8::1')).statusCode);
    }
    expect(codes.filter((code) => code === 401)).toHaveLength(30);
    expect(codes.at(-1)).toBe(429);
    // Of the same network, right or wrong; of another, as ever.
    expect((await ask(good.bearer, '2001:db8::2')).statusCode).toBe(429);
    expect((await ask(good.bearer, '2001:db8:0:1::1')).statusCode).toBe(200);
  });
});
