import fc from 'fast-check';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorBody } from '../contract/error-body.ts';
import { Prediction } from '../contract/prediction.ts';
import { PredictionBatch } from '../contract/prediction-list.ts';
import { encodeJpeg, encodePng, encodeWebp } from '../decode/index.ts';
import { createImage } from '../vision/rgb-image.ts';
import { type TestApp, testApp } from './test-app.ts';

// Whatever a client sends is answered, by an answer or by a row of the error table, never by a 5xx.

let test: TestApp;
let pictures: readonly Buffer[];
beforeAll(async () => {
  test = await testApp();
  const image = createImage(40, 30, [200, 30, 30]);
  pictures = (await Promise.all([encodeJpeg(image), encodePng(image), encodeWebp(image)])).map(Buffer.from);
});
afterAll(() => test.close());

const RUNS = { numRuns: 200, seed: 20261123 };

/** Where to change a body, as a fraction of its length, and how. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(40),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom('--b', '\r\n', '\r\n--b--', '"', '\0', '%00', 'filename=', '{', '[', '\\')
      .map(Buffer.from),
  ),
});
const changes = fc.array(change, { maxLength: 4 });

function changed(body: Buffer, list: readonly { at: number; remove: number; insert: Uint8Array }[]): Buffer {
  return list.reduce((bytes, { at, remove, insert }) => {
    const start = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)]);
  }, body);
}

async function expectAnswer(url: string, type: string, payload: Buffer): Promise<void> {
  const reply = await test.app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });
  expect(reply.statusCode).toBeLessThan(500);
  const json: unknown = reply.json();
  if (reply.statusCode >= 400) expect(Value.Errors(ErrorBody, json)).toEqual([]);
  else if (url === '/v1/predictions') {
    expect(Value.Check(Prediction, json) || Value.Check(PredictionBatch, json)).toBe(true);
  }
}

function form(picture: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'),
    Buffer.from('--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n'),
    Buffer.from('Content-Type: image/jpeg\r\n\r\n'),
    picture,
    Buffer.from('\r\n--b--\r\n'),
  ]);
}

const pictureIndex = fc.nat(2);
const pictureAt = (index: number): Buffer => pictures[index] ?? Buffer.alloc(0);

describe('no 5xx', () => {
  it.each(['/classificar', '/v1/predictions'])('for damaged forms at %s', async (url) => {
    await fc.assert(
      fc.asyncProperty(pictureIndex, changes, (index, list) =>
        expectAnswer(url, 'multipart/form-data; boundary=b', changed(form(pictureAt(index)), list)),
      ),
      RUNS,
    );
  });

  it('for damaged pictures', async () => {
    await fc.assert(
      fc.asyncProperty(pictureIndex, changes, (index, list) =>
        expectAnswer('/v1/predictions', 'image/jpeg', changed(pictureAt(index), list)),
      ),
      RUNS,
    );
  });

  it('for damaged JSON', async () => {
    await fc.assert(
      fc.asyncProperty(pictureIndex, changes, (index, list) => {
        const text = JSON.stringify({ images: [pictureAt(index).toString('base64'), ''] });
        return expectAnswer('/v1/predictions', 'application/json', changed(Buffer.from(text), list));
      }),
      RUNS,
    );
  });

  it('for any JSON at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), (text) =>
        expectAnswer('/v1/predictions', 'application/json', Buffer.from(text)),
      ),
      RUNS,
    );
  });

  it('for any type and any bytes', async () => {
    const type = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
      fc.constantFrom(
        'multipart/form-data; boundary=',
        'multipart/form-data; boundary="',
        'image/',
        'application/json; charset=x',
      ),
    );
    await fc.assert(
      fc.asyncProperty(type, fc.uint8Array({ maxLength: 200 }), (contentType, bytes) =>
        expectAnswer('/v1/predictions', contentType, Buffer.from(bytes)),
      ),
      RUNS,
    );
  });

  it('for any address and query', async () => {
    const path = fc.oneof(
      fc.webPath(),
      fc.string({ unit: 'grapheme-ascii' }).map((text) => `/v1/predictions?${encodeURI(text)}`),
    );
    await fc.assert(
      fc.asyncProperty(path, async (url) => {
        const reply = await test.app.inject({ url: url || '/' });
        expect(reply.statusCode).toBeLessThan(500);
      }),
      RUNS,
    );
  });
});
