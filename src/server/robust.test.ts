import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Value } from 'typebox/value';
import { afterEach, describe, expect, it } from 'vitest';
import { ErrorBody } from '../contract/error-body.ts';
import { LIMITS } from '../contract/limits.ts';
import { encodeJpeg, encodePng } from '../decode/index.ts';
import type { Classifier } from '../model/classification.ts';
import { createImage, type RgbImage } from '../vision/rgb-image.ts';
import { colourClassifier, type TestApp, type TestAppOptions, testApp } from './test-app.ts';

// What a server in front of the public meets: too much, too many, too slow, cut off, and its own end.

let running: TestApp[] = [];
afterEach(async () => {
  await Promise.all(running.map((test) => test.close()));
  running = [];
});

async function start(options?: TestAppOptions) {
  const test = await testApp(options);
  running.push(test);
  return { ...test, base: await test.url() };
}

const picture = () => encodeJpeg(createImage(64, 48, [250, 5, 5]));
const JPEG = { 'content-type': 'image/jpeg' };

/** A classifier whose answers wait until they are let go, or some of them. */
function heldClassifier(holds: (image: RgbImage) => boolean = () => true) {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let begun = 0;
  const classifier: Classifier = {
    card: colourClassifier.card,
    async classify(image) {
      begun += 1;
      if (holds(image)) await held;
      return colourClassifier.classify(image);
    },
  };
  return { classifier, letGo, begun: () => begun };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a head that Node would refuse by itself', () => {
  async function ask(head: string) {
    const { base } = await start();
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    socket.write(`${head}\r\n\r\n`);
    await until(() => received.endsWith('}'));
    socket.destroy();
    const json: unknown = JSON.parse(received.slice(received.indexOf('\r\n\r\n')));
    return { status: Number(received.split(' ')[1]), json };
  }

  it.each([
    ['without a host', 'GET /v1/models HTTP/1.1', 400, 'MALFORMED_REQUEST'],
    ['with a strange wish', 'GET /v1/models HTTP/1.1\r\nHost: x\r\nExpect: tea', 417, 'EXPECTATION_FAILED'],
  ])('is refused as everything is: %s', async (_what, head, status, code) => {
    expect(await ask(head)).toMatchObject({ status, json: { code, request_id: expect.any(String) } });
  });

  it('may ask for a go-ahead before it sends', async () => {
    const { base } = await start();
    const headers = { 'content-type': 'image/jpeg', expect: '100-continue' };
    const request = httpRequest(`${base}/v1/predictions`, { method: 'POST', headers });
    const answered = answerOf(request);
    request.flushHeaders();
    await once(request, 'continue');
    request.end(await picture());
    expect((await answered).status).toBe(200);
  });
});

describe('too large', () => {
  const MEGABYTES = 40;

  /**
   * Sends the start of a body and then megabytes of nothing, with or without saying how many in advance, and reads
   * the answer only then, as simple clients do. Node's own client stops sending when an answer comes early.
   */
  async function sendMuch(base: string, path: string, type: string, head: string, announce: boolean) {
    const body = Buffer.concat([Buffer.from(head), Buffer.alloc(MEGABYTES * 1_000_000)]);
    const framing = announce ? `Content-Length: ${body.length}` : 'Transfer-Encoding: chunked';
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`);
    if (!announce) socket.write(`${body.length.toString(16)}\r\n`);
    if (!socket.write(body)) await once(socket, 'drain');
    if (!announce) socket.write('\r\n0\r\n\r\n');
    await until(() => received.endsWith('}'));
    socket.destroy();
    const json: unknown = JSON.parse(received.slice(received.indexOf('{')));
    return { status: Number(received.split(' ')[1]), json };
  }

  const form = '--b\r\nContent-Disposition: form-data; name="image"; filename="big.jpg"\r\n\r\n';
  const multipart = 'multipart/form-data; boundary=b';
  it.each([
    ['/classificar', 'announced', multipart, form, 'FILE_TOO_LARGE'],
    ['/v1/predictions', 'in chunks', multipart, form, 'FILE_TOO_LARGE'],
    ['/v1/predictions', 'in chunks', 'application/json', '{"image":"', 'BODY_TOO_LARGE'],
    ['/no-such-route', 'announced', 'application/json', '{"image":"', 'NOT_FOUND'],
  ])('%s refuses 40 MB %s as %s', async (path, how, type, head, code) => {
    const { base } = await start();
    const { status, json } = await sendMuch(base, path, type, head, how === 'announced');
    expect(json).toMatchObject({ code });
    expect(status).toBe(code === 'NOT_FOUND' ? 404 : 413);
    expect((await fetch(`${base}/health/ready`)).status).toBe(200);
  });

  it('refuses base64 of a picture that is too large, and answers none of those beside it', async () => {
    const { app, log } = await start();
    const tooLarge = LIMITS.pictureBytes + 1;
    const images = [Buffer.from(await picture()), Buffer.alloc(tooLarge)];
    const payload = { images: images.map((bytes) => bytes.toString('base64')) };
    const reply = await app.inject({ method: 'POST', url: '/v1/predictions', payload });
    expect([reply.statusCode, reply.json()]).toMatchObject([
      413,
      { code: 'FILE_TOO_LARGE', values: { limit_bytes: LIMITS.pictureBytes, actual_bytes: tooLarge } },
    ]);
    const { entries } = await log.list({ limit: 10 });
    expect(entries.filter(({ outcome }) => outcome === 'answered')).toEqual([]);
  });

  it('answers before the body has come', async () => {
    const { base } = await start();
    const headers = { 'content-type': 'image/jpeg', 'content-length': 100_000_000 };
    const request = httpRequest(`${base}/v1/predictions`, { method: 'POST', headers });
    const answered = answerOf(request);
    request.write(Buffer.alloc(10));
    const { status, json } = await answered;
    expect(status).toBe(413);
    expect(json).toMatchObject({ values: { limit_bytes: LIMITS.pictureBytes, actual_bytes: 100_000_000 } });
    request.destroy();
  });
});

describe('too many', () => {
  it('answers programs in time although those who call themselves the page never stop asking', async () => {
    const classifier: Classifier = {
      ...colourClassifier,
      async classify(image) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return colourClassifier.classify(image);
      },
    };
    const config = { concurrency: 1, requestDeadlineMs: 10_000 };
    const { base } = await start({ config, classifier });
    const body = Uint8Array.from(await picture());
    const send = async (headers: Record<string, string> = {}) =>
      (await fetch(`${base}/v1/predictions`, { method: 'POST', body, headers: { ...JPEG, ...headers } }))
        .status;
    let stop = false;
    const pages = Array.from({ length: 8 }, async () => {
      while (!stop) await send({ 'sec-fetch-site': 'same-origin' });
    });
    await until(async () => (await waiting(base)) >= 5);
    const programs = await Promise.all([send(), send(), send()]);
    stop = true;
    await Promise.all(pages);
    expect(programs).toEqual([200, 200, 200]);
  });

  it('answers 503 with Retry-After when the queue is full, and is normal again afterwards', async () => {
    const held = heldClassifier();
    const { base } = await start({ config: { concurrency: 1, queueLength: 2 }, classifier: held.classifier });
    const bytes = Uint8Array.from(await picture());
    const send = () => fetch(`${base}/v1/predictions`, { method: 'POST', body: bytes, headers: JPEG });

    const accepted = [send(), send(), send()];
    await until(async () => (await waiting(base)) === 2);
    const refused = await send();
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused.json()).toMatchObject({ code: 'OVERLOADED', retryable: true });

    held.letGo();
    const answers = await Promise.all(accepted);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await send()).status).toBe(200);
  });

  it('answers a picture that it knows although the queue is full, and joins one that is being looked at', async () => {
    const held = heldClassifier(({ data: [red = 0] }) => red > 20);
    const { base } = await start({
      config: { concurrency: 1, queueLength: 1, cacheBytes: 1_000_000 },
      classifier: held.classifier,
    });
    const send = async (...reds: number[]) => {
      const form = new FormData();
      for (const red of reds) {
        const bytes = Uint8Array.from(await encodePng(createImage(64, 48, [red, 250, 5])));
        form.append(reds.length > 1 ? 'images' : 'image', new Blob([bytes]), 'a.png');
      }
      const reply = await fetch(`${base}/v1/predictions`, { method: 'POST', body: form });
      const retryAfter = Number(reply.headers.get('retry-after'));
      return { status: reply.status, cache: reply.headers.get('x-cache'), retryAfter };
    };
    const known = 10;
    expect(await send(known)).toMatchObject({ status: 200, cache: 'miss' });
    const [runs, waits] = [send(100), send(101)];
    await until(async () => (await waiting(base)) === 1);
    const joins = send(101);
    expect(await send(known)).toMatchObject({ status: 200, cache: 'hit' });
    // A list of which nothing can be answered now is refused as one picture is.
    for (const refused of [await send(102), await send(103, 104)]) {
      expect(refused.status).toBe(503);
      expect(refused.retryAfter).toBeGreaterThanOrEqual(1);
    }
    expect(await send(known, 105)).toMatchObject({ status: 200 });
    held.letGo();
    expect(await runs).toMatchObject({ status: 200, cache: 'miss' });
    expect([(await waits).cache, (await joins).cache].sort()).toEqual(['hit', 'miss']);
  });

  it('limits the requests of an address, but not those of this machine', async () => {
    const { app } = await start({ config: { auth: 'off', rateLimitPerMinute: 3 } });
    const from = (remoteAddress: string) => app.inject({ url: '/v1/models', remoteAddress });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await from('203.0.113.7')).statusCode);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await from('203.0.113.7');
    expect(refused.json()).toMatchObject({ code: 'RATE_LIMITED', values: { limit: 3 } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await from('203.0.113.8')).statusCode).toBe(200);
    for (const local of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      for (let i = 0; i < 5; i += 1) expect((await from(local)).statusCode).toBe(200);
    }
  });

  it('counts clients behind a trusted proxy by their own address, and believes no other', async () => {
    const { app } = await start({
      config: { auth: 'off', rateLimitPerMinute: 1, trustProxy: ['203.0.113.1'] },
    });
    const ask = async (remoteAddress: string, client: string) => {
      const headers = { 'x-forwarded-for': client };
      return (await app.inject({ url: '/v1/models', remoteAddress, headers })).statusCode;
    };
    expect(await ask('203.0.113.1', '198.51.100.1')).toBe(200);
    expect(await ask('203.0.113.1', '198.51.100.1')).toBe(429);
    expect(await ask('203.0.113.1', '198.51.100.2')).toBe(200);
    expect(await ask('203.0.113.9', '198.51.100.3')).toBe(200);
    expect(await ask('203.0.113.9', '127.0.0.1')).toBe(429);
  });

  it('lets no page of another origin in unless it is named', async () => {
    const allowed = async (corsOrigins: string[]) => {
      const { app } = await start({ config: { corsOrigins } });
      const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' };
      const reply = await app.inject({ method: 'OPTIONS', url: '/v1/predictions', headers });
      return [reply.statusCode, reply.headers['access-control-allow-origin']];
    };
    expect(await allowed([])).toEqual([204, undefined]);
    expect(await allowed(['https://a.example'])).toEqual([204, 'https://a.example']);
    expect((await allowed(['https://b.example', 'https://c.example']))[1]).toBeUndefined();
  });

  it('shows the log with its addresses to this machine only', async () => {
    const { app } = await start({ config: { auth: 'off' } });
    const foreign = await app.inject({ url: '/v1/predictions', remoteAddress: '203.0.113.7' });
    expect(foreign.statusCode).toBe(403);
    expect(foreign.json()).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('too slow or cut off', () => {
  it('does not classify for a client that has gone', async () => {
    const held = heldClassifier();
    const { base, log } = await start({ config: { concurrency: 1 }, classifier: held.classifier });
    const bytes = Uint8Array.from(await picture());
    const first = fetch(`${base}/v1/predictions`, { method: 'POST', body: bytes, headers: JPEG });
    await until(() => held.begun() === 1);
    const leaving = new AbortController();
    const second = fetch(`${base}/v1/predictions`, {
      method: 'POST',
      body: bytes,
      headers: JPEG,
      signal: leaving.signal,
    });
    await until(async () => (await waiting(base)) === 1);
    leaving.abort();
    await expect(second).rejects.toThrow();
    // The server hears of it a moment later than the client.
    await new Promise((resolve) => setTimeout(resolve, 100));
    held.letGo();
    expect((await first).status).toBe(200);
    await until(async () => (await waiting(base)) === 0);
    expect(held.begun()).toBe(1);
    expect((await log.list({ limit: 10 })).entries).toHaveLength(1);
  });

  it('outlives uploads that break off at any point', async () => {
    const { base } = await start();
    const { port } = new URL(base);
    const head = `POST /v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000\r\n\r\n`;
    const whole = `${head}--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n${'x'.repeat(500)}`;
    for (const end of [5, 40, head.length, head.length + 20, head.length + 70, whole.length]) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(whole.slice(0, end));
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
    }
    expect((await fetch(`${base}/health/ready`)).status).toBe(200);
  });

  it.each([
    ['nonsense', 'HELLO\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'MALFORMED_REQUEST',
    ],
    ['endless headers', oversized(20_000), 431, 'HEADERS_TOO_LARGE'],
    // The client still sends when the answer has gone out.
    ['megabytes of headers', oversized(5_000_000), 431, 'HEADERS_TOO_LARGE'],
  ])('answers %s on the wire', async (_name, sent, status, code) => {
    const { base } = await start();
    const [head = '', body = ''] = (await answersTo(base, sent)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const json: unknown = JSON.parse(body);
    expect(Value.Errors(ErrorBody, json)).toEqual([]);
    expect(json).toMatchObject({ code });
  });

  const live = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
  const upload = (type: string) =>
    `POST /v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`;
  it.each([
    ['headers after an answer', [live, oversized(20_000)], [200, 431]],
    ['headers behind requests that wait', [live + live + oversized(20_000)], [200, 200, 431]],
    ['a body behind a request that waits', [`${live}${upload('image/jpeg')}zz\r\n`], [200, 400]],
    ['a body that has its answer', [upload('text/plain'), 'zz\r\n'], [415]],
  ])('answers everything before broken %s first', async (_name, sent, statuses) => {
    const { base } = await start();
    const received = await answersTo(base, ...sent);
    expect([...received.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => Number(status))).toEqual(statuses);
  });

  it('answers a bad address', async () => {
    const { app } = await start();
    const reply = await app.inject({ url: '/v1/predictions/%E0%A4%A' });
    expect(reply.statusCode).toBe(400);
    expect(Value.Errors(ErrorBody, reply.json())).toEqual([]);
    expect(reply.headers).toMatchObject({
      'x-request-id': Value.Parse(ErrorBody, reply.json()).request_id,
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-content-type-options': 'nosniff',
    });
  });

  it('answers a long part of an address as any other', async () => {
    const { app } = await start({ config: { auth: 'required' } });
    const url = `/v1/predictions/${'x'.repeat(10_000)}`;
    const stranger = await app.inject({ url });
    expect([stranger.statusCode, stranger.json()]).toMatchObject([401, { code: 'UNAUTHORIZED' }]);
    expect(stranger.headers).toMatchObject({
      'x-request-id': expect.any(String),
      'content-security-policy': expect.any(String),
    });
  });
});

describe('its own troubles', () => {
  it('gives no answer that the log could not take', async () => {
    const { base } = await start({
      log: (log) =>
        Object.assign(Object.create(log), {
          append: () => Promise.reject(new Error('disk full')),
          check: () => Promise.reject(new Error('disk full')),
        }),
    });
    const body = Uint8Array.from(await picture());
    const reply = await fetch(`${base}/v1/predictions`, { method: 'POST', body, headers: JPEG });
    expect(reply.status).toBe(503);
    expect(await reply.json()).toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true });
    const ready = await fetch(`${base}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      code: 'NOT_READY',
      values: { waiting_for: 'prediction log' },
    });
    expect(ready.headers.get('retry-after')).toBe('5');
  });

  it('is not ready on a full disk, and says how full and when to ask again', async () => {
    const { base } = await start({ config: { minFreeDiskBytes: Number.MAX_SAFE_INTEGER } });
    const ready = await fetch(`${base}/health/ready`);
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '60']);
    expect(await ready.json()).toMatchObject({
      values: { free_bytes: expect.any(Number), limit_bytes: Number.MAX_SAFE_INTEGER },
    });
  });

  it('tells nothing of an error of its own but the request id', async () => {
    const classify = () => Promise.reject(new Error('secret: /etc/passwd'));
    const { base } = await start({ classifier: { ...colourClassifier, classify } });
    const body = Uint8Array.from(await picture());
    const reply = await fetch(`${base}/v1/predictions`, { method: 'POST', body, headers: JPEG });
    expect(reply.status).toBe(500);
    const text = await reply.text();
    expect(text).not.toContain('secret');
    expect(JSON.parse(text)).toMatchObject({
      code: 'INTERNAL',
      request_id: reply.headers.get('x-request-id'),
    });
  });

  it('answers every accepted request before it ends', async () => {
    const held = heldClassifier();
    const test = await testApp({ config: { concurrency: 1 }, classifier: held.classifier });
    const base = await test.url();
    const body = Uint8Array.from(await picture());
    const sent = Array.from({ length: 5 }, () =>
      fetch(`${base}/v1/predictions`, { method: 'POST', body, headers: JPEG }),
    );
    await until(async () => (await waiting(base)) === 4);
    const closed = test.close();
    held.letGo();
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await closed;
    await expect(fetch(`${base}/health/live`)).rejects.toThrow();
  });
});

function oversized(bytes: number): string {
  return `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(bytes)}\r\n\r\n`;
}

/** Everything that a connection answers to its end; each part is sent once there is an answer to the one before. */
async function answersTo(base: string, ...parts: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  const unsent = [...parts];
  socket.write(unsent.shift() ?? '');
  let received = '';
  for await (const chunk of socket) {
    received += chunk;
    const next = unsent.shift();
    if (next) socket.write(next);
  }
  return received;
}

async function waiting(base: string): Promise<number> {
  const reply = await fetch(`${base}/metrics`);
  return Number(/^tampinha_queue_waiting (\d+)$/m.exec(await reply.text())?.[1]);
}

async function answerOf(request: ClientRequest): Promise<{ status: number; json: unknown }> {
  request.on('error', () => {});
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('close', () => reject(new Error('closed without an answer')));
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode ?? 0, json: JSON.parse(text) };
}
