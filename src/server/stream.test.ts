import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PredictionLine } from '../contract/prediction-list.ts';
import { encodePng } from '../decode/index.ts';
import type { Classifier } from '../model/classification.ts';
import { createImage } from '../vision/rgb-image.ts';
import { colourClassifier, type TestApp, testApp } from './test-app.ts';

// Several pictures whose answers come as they are done.

const LINES = { accept: 'application/x-ndjson' };
const slow = createImage(9, 9, [250, 5, 5]);

/** Answers for the one picture of nine pixels' width only when it is told to. */
let letSlowGo = () => {};
const slowMayGo = new Promise<void>((resolve) => {
  letSlowGo = resolve;
});
const classifier: Classifier = {
  card: colourClassifier.card,
  async classify(image) {
    if (image.width === slow.width) await slowMayGo;
    return colourClassifier.classify(image);
  },
};

let test: TestApp;
let pictures: readonly Buffer[];
beforeAll(async () => {
  test = await testApp({ classifier });
  const [red, green] = [createImage(40, 30, [250, 5, 5]), createImage(40, 30, [5, 250, 5])];
  pictures = (await Promise.all([slow, red, green].map(encodePng))).map(Buffer.from);
});
afterAll(() => test.close());

const part = (bytes: Buffer, name: string, field = 'image') =>
  Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
const END = Buffer.from('--b--\r\n');
const FORM = { 'content-type': 'multipart/form-data; boundary=b' };

function parse(text: string) {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => Value.Parse(PredictionLine, JSON.parse(line)));
}

async function send(payload: Buffer | object, headers: Record<string, string> = {}) {
  return test.app.inject({
    method: 'POST',
    url: '/v1/predictions',
    payload,
    headers: { ...LINES, ...headers },
  });
}

describe('streamed answers', () => {
  it('come while the request is still being sent, whichever picture is done first', async () => {
    const [held = Buffer.alloc(0), red = Buffer.alloc(0), green = Buffer.alloc(0)] = pictures;
    const url = new URL('/v1/predictions', await test.url());
    const request = httpRequest(url, { method: 'POST', headers: { ...LINES, ...FORM } });
    const answered = new Promise<AsyncIterableIterator<string>>((resolve) => {
      request.on('response', (reply) => {
        expect(reply.headers['content-type']).toBe('application/x-ndjson');
        resolve(createInterface(reply)[Symbol.asyncIterator]());
      });
    });
    // A part is known to have ended when the next one begins.
    const last = Buffer.concat([part(green, 'green.png'), END]);
    request.write(Buffer.concat([part(held, 'held.png'), part(red, 'red.png'), last.subarray(0, 20)]));
    const lines = await answered;
    const next = async () => Value.Parse(PredictionLine, JSON.parse((await lines.next()).value));
    expect(await next()).toMatchObject({ index: 1, file: 'red.png', verdict: 'open' });
    letSlowGo();
    expect(await next()).toMatchObject({ index: 0, file: 'held.png', verdict: 'open' });
    request.end(last.subarray(20));
    expect(await next()).toMatchObject({ index: 2, file: 'green.png', verdict: 'closed' });
    expect((await lines.next()).done).toBe(true);
  });

  it('wait for the end of the request when a proxy passes it on', async () => {
    const [, red = Buffer.alloc(0), green = Buffer.alloc(0)] = pictures;
    const behind = await testApp({ config: { trustProxy: ['127.0.0.1'] } });
    const url = new URL('/v1/predictions', await behind.url());
    const headers = { ...LINES, ...FORM, 'x-forwarded-for': '127.0.0.1' };
    const request = httpRequest(url, { method: 'POST', headers });
    const answer = once(request, 'response');
    const last = Buffer.concat([part(green, 'green.png'), END]);
    request.write(Buffer.concat([part(red, 'red.png'), last.subarray(0, 20)]));
    const answered = async () => (await behind.log.list({ limit: 9 })).entries.length;
    await vi.waitFor(async () => expect(await answered()).toBe(1), 20_000);
    // The first picture has long been answered; nothing of that has been sent.
    expect(await Promise.race([answer, sleep(100, 'nothing yet')])).toBe('nothing yet');
    request.end(last.subarray(20));
    const [reply] = await answer;
    let text = '';
    for await (const chunk of reply) text += chunk;
    expect(parse(text)).toHaveLength(2);
    await behind.close();
  });

  it('may be more than a list may hold, each with its own error', async () => {
    const [, red = Buffer.alloc(0)] = pictures;
    const data = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'AAAA' : red.toString('base64')));
    const reply = await send({ images: data });
    const lines = parse(reply.body).sort((a, b) => ('index' in a && 'index' in b ? a.index - b.index : 0));
    expect(lines).toHaveLength(20);
    lines.forEach((line, index) => {
      expect(line).toMatchObject({
        index,
        ...(index % 2 ? { code: 'UNSUPPORTED_FORMAT' } : { verdict: 'open' }),
      });
    });
  });

  it('end with the error that ended the request', async () => {
    const [, red = Buffer.alloc(0)] = pictures;
    const reply = await send(Buffer.concat([part(red, 'a.png'), part(red, 'b.png').subarray(0, -20)]), FORM);
    expect(reply.statusCode).toBe(200);
    const lines = parse(reply.body);
    expect(lines[0]).toMatchObject({ index: 0, file: 'a.png', verdict: 'open' });
    expect(lines[1]).toMatchObject({ code: 'MALFORMED_MULTIPART' });
    expect(lines[1]).not.toHaveProperty('index');
  });

  it.each([
    ['no picture', END, FORM, 400, 'NO_FILE'],
    ['another type', Buffer.from('x'), { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['broken JSON', Buffer.from('{'), { 'content-type': 'application/json' }, 400, 'MALFORMED_JSON'],
  ])('are an ordinary refusal for %s', async (_what, body, headers, status, code) => {
    const reply = await send(body, headers);
    expect(reply.statusCode).toBe(status);
    expect(reply.json()).toMatchObject({ code });
  });

  it('are not given to who did not ask for them', async () => {
    const [, red = Buffer.alloc(0)] = pictures;
    const reply = await send({ images: [red.toString('base64')] }, { accept: 'application/json, */*' });
    expect(reply.json()).toMatchObject({ predictions: [{ verdict: 'open' }] });
  });
});
