import fc from 'fast-check';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorBody } from '../contract/error-body.ts';
import { createRandom } from '../nn/random.ts';
import { type TestApp, testApp } from './test-app.ts';
import { complaint, fuzzKinds } from './test-fuzz.ts';

// Whatever a client sends is answered, by an answer or by a row of the error table, never by a 5xx. A few thousand
// requests here; bench/fuzz.ts sends as many as one likes to the server as it is run.

let test: TestApp;
beforeAll(async () => {
  test = await testApp();
});
afterAll(() => test.close());

const RUNS = { numRuns: 200, seed: 20261123 };

async function expectAnswer(type: string, payload: Buffer): Promise<void> {
  const headers = { 'content-type': type };
  const reply = await test.app.inject({ method: 'POST', url: '/v1/predictions', payload, headers });
  expect(reply.statusCode).toBeLessThan(500);
  expect(reply.statusCode).toBeGreaterThanOrEqual(400);
  expect(Value.Errors(ErrorBody, reply.json())).toEqual([]);
}

const kinds = Object.entries(await fuzzKinds());
const EACH = 150;
const AT_A_TIME = 16;

describe('no 5xx, and none but the answers that are promised', () => {
  it.each(kinds)('for damaged requests: %s', { timeout: 120_000 }, async (_name, kind) => {
    const url = await test.url();
    const complaints: string[] = [];
    let number = 0;
    const connection = async () => {
      while (number < EACH) {
        number += 1;
        const mine = number;
        const wrong = complaint(await kind(createRandom(RUNS.seed, mine), url));
        if (wrong) complaints.push(`${mine}: ${wrong}`);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, connection));
    expect(complaints).toEqual([]);
  });

  it('for any JSON at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), (text) => expectAnswer('application/json', Buffer.from(text))),
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
        expectAnswer(contentType, Buffer.from(bytes)),
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
