import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorBody } from '../contract/error-body.ts';
import { Live, Ready } from '../contract/health.ts';
import { ModelDetail, ModelList } from '../contract/model-info.ts';
import { encodePng } from '../decode/index.ts';
import { createImage } from '../vision/rgb-image.ts';
import { colourClassifier, type TestApp, testApp } from './test-app.ts';

let test: TestApp;
let pageDir: string;
beforeAll(async () => {
  pageDir = await mkdtemp(join(tmpdir(), 'tampinha-page-'));
  await mkdir(join(pageDir, 'assets'));
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>Tampinha</title>');
  await writeFile(join(pageDir, 'assets', 'app-1a2b3c.js'), '');
  test = await testApp({ pageDir });
});
afterAll(async () => {
  await test.close();
  await rm(pageDir, { recursive: true });
});

describe('methods', () => {
  it.each([
    ['GET', '/classificar', 'OPTIONS, POST'],
    ['HEAD', '/classificar', 'OPTIONS, POST'],
    ['PUT', '/v1/predictions', 'GET, HEAD, OPTIONS, POST'],
    ['DELETE', '/v1/predictions/01936f0e-0000-7000-8000-000000000000', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/v1/predictions/x/feedback', 'DELETE, GET, HEAD, OPTIONS, POST'],
    ['POST', '/', 'GET, HEAD, OPTIONS'],
    ['POST', '/health/live', 'GET, HEAD, OPTIONS'],
    ['PROPFIND', '/v1/model', 'GET, HEAD, OPTIONS'],
  ] as const)('%s %s is 405 with Allow', async (method, url, allow) => {
    const reply = await test.app.inject({ method: method as 'GET', url });
    expect(reply.statusCode).toBe(405);
    expect(reply.headers.allow).toBe(allow);
    if (method !== 'HEAD') expect(reply.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  it('OPTIONS says what is allowed', async () => {
    const reply = await test.app.inject({ method: 'OPTIONS', url: '/v1/predictions' });
    expect(reply.statusCode).toBe(204);
    expect(reply.headers.allow).toBe('GET, HEAD, OPTIONS, POST');
  });

  it.each([
    ['/v1/predictions', 204, 'GET, HEAD, OPTIONS, POST'],
    ['/nothing', 404, undefined],
  ])('OPTIONS of %s says the same where other origins are allowed', async (url, status, allow) => {
    const { app, close } = await testApp({ config: { corsOrigins: ['https://friend.example'] } });
    const headers = { origin: 'https://friend.example' };
    const reply = await app.inject({ method: 'OPTIONS', url, headers });
    expect([reply.statusCode, reply.headers.allow]).toEqual([status, allow]);
    expect(reply.headers['access-control-allow-origin']).toBe('https://friend.example');
    expect(String(reply.headers['access-control-expose-headers']).split(', ')).toEqual(
      expect.arrayContaining(['inference-header-content-length', 'location', 'www-authenticate']),
    );
    const preflight = await app.inject({
      ...{ method: 'OPTIONS', url },
      headers: { ...headers, 'access-control-request-method': 'POST' },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toContain('POST');
    await close();
  });

  it('HEAD answers where GET does, without a body', async () => {
    const reply = await test.app.inject({ method: 'HEAD', url: '/health/live' });
    expect(reply.statusCode).toBe(200);
    expect(reply.body).toBe('');
  });

  it.each(['/nothing', '/v1', '/assets/../../etc/passwd', '/index.html.bak'])('%s is 404', async (url) => {
    const reply = await test.app.inject({ url });
    expect(reply.statusCode).toBe(404);
    expect(Value.Errors(ErrorBody, reply.json())).toEqual([]);
  });
});

describe('health', () => {
  it('is live and ready', async () => {
    const live: unknown = (await test.app.inject({ url: '/health/live' })).json();
    expect(Value.Errors(Live, live)).toEqual([]);
    const ready: unknown = (await test.app.inject({ url: '/health/ready' })).json();
    expect(Value.Errors(Ready, ready)).toEqual([]);
    expect(ready).toMatchObject({ ready: true, model: '0123456789ab' });
  });
});

describe('models', () => {
  it('lists those of the folder, the active one first, and passes over what is none', async () => {
    const models = join(test.dataDir, 'models');
    const other = { ...colourClassifier.card, id: 'ffffffffffff', version: '2' };
    const folders = { other, broken: { id: 1 }, default: colourClassifier.card };
    for (const [name, card] of Object.entries(folders)) {
      await mkdir(join(models, name), { recursive: true });
      await writeFile(join(models, name, 'card.json'), JSON.stringify(card));
    }
    const list: unknown = (await test.app.inject({ url: '/v1/models' })).json();
    expect(Value.Errors(ModelList, list)).toEqual([]);
    expect(list).toMatchObject({
      models: [
        { id: '0123456789ab', folder: 'default', active: true, aliases: ['champion'] },
        { id: 'ffffffffffff', folder: 'other', active: false, aliases: [] },
      ],
    });
  });

  it('tells the active one with its card', async () => {
    const model: unknown = (await test.app.inject({ url: '/v1/model' })).json();
    expect(Value.Errors(ModelDetail, model)).toEqual([]);
    expect(model).toMatchObject({ active: true, uncertain: [0.4, 0.6], card: { maxSide: 256 } });
  });
});

describe('the page', () => {
  it('comes with a policy that runs nothing foreign, and is always fresh', async () => {
    const { headers, body } = await test.app.inject({ url: '/' });
    expect(body).toContain('<title>Tampinha</title>');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('keeps its hashed files for good', async () => {
    const { headers } = await test.app.inject({ url: '/assets/app-1a2b3c.js' });
    expect(headers['cache-control']).toContain('immutable');
  });
});

describe('metrics', () => {
  it('count requests, refusals and memory', async () => {
    await test.app.inject({ method: 'POST', url: '/classificar' });
    const { body } = await test.app.inject({ url: '/metrics' });
    expect(body).toMatch(/tampinha_refusals_total\{code="NO_FILE"\} [1-9]/);
    expect(body).toMatch(
      /tampinha_http_request_seconds_count\{method="POST",route="\/classificar",status="400"\} [1-9]/,
    );
    expect(body).toContain('process_resident_memory_bytes');
  });

  it('and how bright the pictures were', async () => {
    const body = await encodePng(createImage(40, 30, [0, 255, 0]));
    const headers = { 'content-type': 'image/png' };
    const reply = await test.app.inject({
      method: 'POST',
      url: '/v1/predictions',
      headers,
      body: Buffer.from(body),
    });
    // The Rec. 601 weight of green.
    expect(reply.json()).toMatchObject({ brightness: 0.587 });
    const metrics = (await test.app.inject({ url: '/metrics' })).body;
    expect(metrics).toContain('tampinha_brightness_bucket{le="0.5"} 0');
    expect(metrics).toContain('tampinha_brightness_bucket{le="0.6"} 1');
  });
});

describe('the OpenAPI document', () => {
  it('describes every route with named schemas', async () => {
    const document = (await test.app.inject({ url: '/openapi.json' })).json<{
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
      components: { schemas: Record<string, unknown> };
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/classificar',
        '/health/live',
        '/health/ready',
        '/metrics',
        '/v1/model',
        '/v1/models',
        '/v1/models/rollback',
        '/v1/models/{folder}/activate',
        '/v1/predictions',
        '/v1/predictions/{id}',
        '/v1/predictions/{id}/feedback',
        '/v1/feedback',
        '/v1/review',
        '/v1/statistics',
      ]),
    );
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining([
        'Bottle',
        'Classificacao',
        'ErrorBody',
        'Feedback',
        'Prediction',
        'PredictionBatch',
      ]),
    );
    expect(JSON.stringify(document)).not.toContain('$id');
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
    for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty(name);
  });
});
