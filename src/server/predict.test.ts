import { crc32 } from 'node:zlib';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorBody } from '../contract/error-body.ts';
import { LIMITS } from '../contract/limits.ts';
import { Classificacao, Prediction } from '../contract/prediction.ts';
import { PredictionBatch, PredictionList } from '../contract/prediction-list.ts';
import { encodeJpeg, encodePng, encodeWebp } from '../decode/index.ts';
import { createImage } from '../vision/rgb-image.ts';
import { type TestApp, testApp } from './test-app.ts';

const RED = [250, 5, 5] as const;
const GREEN = [5, 250, 5] as const;
const GREY = [120, 120, 120] as const;
const BLUE = [5, 5, 250] as const;

let test: TestApp;
let url: string;
beforeAll(async () => {
  test = await testApp();
  url = await test.url();
});
afterAll(() => test.close());

const jpeg = (colour: readonly [number, number, number], width = 64, height = 48) =>
  encodeJpeg(createImage(width, height, colour));

function form(...files: readonly (readonly [field: string, name: string, bytes: Uint8Array])[]): FormData {
  const form = new FormData();
  for (const [field, name, bytes] of files) form.append(field, new Blob([Uint8Array.from(bytes)]), name);
  return form;
}

async function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
  const response = await fetch(url + path, { method: 'POST', body, headers });
  const json: unknown = await response.json();
  return { status: response.status, headers: response.headers, json };
}

describe('POST /classificar', () => {
  it.each([
    ['aberta', RED, 'open'],
    ['fechada', GREEN, 'closed'],
    ['aberta', GREY, 'uncertain'],
  ] as const)('answers %s for %j', async (status, colour, decision) => {
    const { status: code, json } = await post(
      '/classificar',
      form(['image', 'foto.jpg', await jpeg(colour)]),
    );
    expect(code).toBe(200);
    expect(Value.Errors(Classificacao, json)).toEqual([]);
    expect(json).toMatchObject({ status, decision, model: '0123456789ab', width: 64, height: 48 });
  });

  it('answers the likelier state even for no bottle, and says so', async () => {
    const { json } = await post(
      '/classificar',
      form(['image', 'foto.png', await encodePng(createImage(9, 9, BLUE))]),
    );
    expect(json).toMatchObject({ status: 'aberta', decision: 'no_bottle', bottles: [] });
  });

  it.each([
    ['no form at all', 'image=1', { 'content-type': 'text/plain' }, 400, 'NO_FILE'],
    ['a form without the field', form(['foto', 'a.jpg', new Uint8Array(9)]), {}, 400, 'NO_FILE'],
    ['an empty file', form(['image', 'a.jpg', new Uint8Array()]), {}, 400, 'EMPTY_FILE'],
    [
      'a text named .jpg',
      form(['image', 'a.jpg', Buffer.from('not a picture')]),
      {},
      400,
      'UNSUPPORTED_FORMAT',
    ],
  ] as const)('refuses %s', async (_name, body, headers, status, code) => {
    const answer = await post('/classificar', body, headers);
    expect(answer.status).toBe(status);
    expect(Value.Errors(ErrorBody, answer.json)).toEqual([]);
    expect(answer.json).toMatchObject({ code, language: 'pt' });
  });

  it('refuses a truncated picture', async () => {
    const whole = await encodeJpeg(noise(200, 200));
    const answer = await post('/classificar', form(['image', 'a.jpg', whole.subarray(0, whole.length / 2)]));
    expect(answer).toMatchObject({ status: 422, json: { code: 'BROKEN_PICTURE' } });
  });

  it('refuses a picture whose header claims 30,000 × 30,000 pixels', async () => {
    const answer = await post('/classificar', form(['image', 'a.png', hugePngHeader(30_000)]));
    expect(answer.status).toBe(413);
    expect(answer.json).toMatchObject({ code: 'TOO_MANY_PIXELS', values: { width: 30_000, height: 30_000 } });
  });

  it('speaks the language that is asked for', async () => {
    const english = await post('/classificar', form(), { 'accept-language': 'en-GB,pt;q=0.5' });
    expect(english.json).toMatchObject({
      language: 'en',
      error: expect.stringContaining('No picture was sent'),
    });
    expect(english.headers.get('content-language')).toBe('en');
  });
});

describe('POST /v1/predictions', () => {
  it.each([
    ['jpeg', encodeJpeg],
    ['png', encodePng],
    ['webp', encodeWebp],
  ] as const)('reads a raw %s', async (format, encode) => {
    const bytes = await encode(createImage(600, 300, RED));
    const { status, headers, json } = await post('/v1/predictions', Uint8Array.from(bytes), {
      'content-type': `image/${format}`,
    });
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(Value.Errors(Prediction, json)).toEqual([]);
    // The classifier saw 256 × 128 pixels; the box is told in those of the original.
    expect(json).toMatchObject({
      verdict: 'open',
      format,
      file: null,
      width: 600,
      height: 300,
      bytes: bytes.length,
      bottles: [{ box: [0, 0, 300, 150], state: 'open' }],
    });
  });

  it.each([
    ["attachment; filename*=UTF-8''garrafa%20d%27%C3%A1gua.jpg", "garrafa d'água.jpg"],
    ['attachment; filename="a b.jpg"', 'a b.jpg'],
    ["inline; filename=a.jpg; filename*=UTF-8''%ff", 'a.jpg'],
    ["attachment; filename*=UTF-8''a%00b%0A.jpg", 'ab.jpg'],
    ['attachment', null],
  ])('takes the name that a raw body brings: %s', async (disposition, file) => {
    const headers = { 'content-type': 'image/jpeg', 'content-disposition': disposition };
    const { json } = await post('/v1/predictions', Uint8Array.from(await jpeg(RED)), headers);
    expect(json).toMatchObject({ file });
  });

  it('reads one picture of a form, with the name it was given', async () => {
    const bytes = await jpeg(GREEN);
    const { json } = await post('/v1/predictions', form(['image', 'garrafa água.jpg', bytes]));
    expect(json).toMatchObject({ verdict: 'closed', file: 'garrafa água.jpg' });
  });

  it('answers several with a list, a broken one in its place', async () => {
    const red = await jpeg(RED);
    const body = form(
      ['image', 'a.jpg', red],
      ['image', 'b.jpg', red.subarray(0, 200)],
      ['image', 'c.jpg', await jpeg(BLUE)],
    );
    const { status, json } = await post('/v1/predictions', body);
    expect(status).toBe(200);
    expect(Value.Errors(PredictionBatch, json)).toEqual([]);
    expect(json).toMatchObject({
      predictions: [
        { file: 'a.jpg', verdict: 'open' },
        { file: 'b.jpg', status: 422, code: 'BROKEN_PICTURE' },
        { file: 'c.jpg', verdict: 'no_bottle' },
      ],
    });
  });

  it('answers a list of one with a list', async () => {
    const { json } = await post('/v1/predictions', form(['images', 'a.jpg', await jpeg(RED)]));
    expect(json).toMatchObject({ predictions: [{ verdict: 'open' }] });
  });

  it('reads base64', async () => {
    const text = Buffer.from(await jpeg(RED)).toString('base64');
    const json = { 'content-type': 'application/json' };
    const one = await post(
      '/v1/predictions',
      JSON.stringify({ image: `data:image/jpeg;base64,${text}` }),
      json,
    );
    expect(one).toMatchObject({ status: 200, json: { verdict: 'open' } });
    const many = await post('/v1/predictions', JSON.stringify({ images: [text, ''] }), json);
    expect(many).toMatchObject({
      status: 200,
      json: { predictions: [{ verdict: 'open' }, { code: 'EMPTY_FILE' }] },
    });
  });

  it('gives the same answer whichever way the picture comes', async () => {
    const bytes = await jpeg(GREY);
    const ways = await Promise.all([
      post('/v1/predictions', Uint8Array.from(bytes), { 'content-type': 'image/jpeg' }),
      post('/v1/predictions', form(['image', 'a.jpg', bytes])),
      post('/v1/predictions', JSON.stringify({ image: Buffer.from(bytes).toString('base64') }), {
        'content-type': 'application/json',
      }),
    ]);
    const parts = ways.map(({ json }) => {
      const { verdict, p_open, bottles, sha256 } = Value.Parse(Prediction, json);
      return { verdict, p_open, bottles, sha256 };
    });
    expect(parts[1]).toEqual(parts[0]);
    expect(parts[2]).toEqual(parts[0]);
  });

  it('tells where the network looked when asked', async () => {
    const { json } = await post('/v1/predictions?heatmap=1', form(['image', 'a.jpg', await jpeg(RED)]));
    expect(json).toMatchObject({ heatmap: { width: 2, height: 1, values: [1, 0.25] } });
  });

  const asJson = { 'content-type': 'application/json' };
  it.each([
    ['nothing', '', {}, 400, 'NO_FILE'],
    ['broken JSON', '{', asJson, 400, 'MALFORMED_JSON'],
    ['JSON without a picture', '{}', asJson, 400, 'NO_FILE'],
    ['a misspelt key', '{"imagem":""}', asJson, 400, 'INVALID_PARAMETER'],
    ['a number for a picture', '{"image":1}', asJson, 400, 'INVALID_PARAMETER'],
    ['what is not base64', '{"image":"a picture!"}', asJson, 400, 'MALFORMED_BASE64'],
    ['endless JSON', `{"image":"","junk":[${'{},'.repeat(10_000)}{}]}`, asJson, 413, 'TOO_MANY_VALUES'],
    ['too many', JSON.stringify({ images: Array(17).fill('') }), asJson, 413, 'TOO_MANY_PICTURES'],
    ['a text as a picture', 'hello', { 'content-type': 'image/jpeg' }, 415, 'UNSUPPORTED_FORMAT'],
    ['an unknown type', 'hello', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a nonsense type', 'hello', { 'content-type': '???' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a compressed body',
      'x',
      { 'content-type': 'image/jpeg', 'content-encoding': 'gzip' },
      415,
      'UNSUPPORTED_ENCODING',
    ],
    ['a form without a boundary', 'x', { 'content-type': 'multipart/form-data' }, 400, 'MALFORMED_MULTIPART'],
    [
      'a form cut off',
      '--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\nxyz',
      { 'content-type': 'multipart/form-data; boundary=b' },
      400,
      'MALFORMED_MULTIPART',
    ],
    ['a form of nothing', '', { 'content-type': 'multipart/form-data; boundary=b' }, 400, 'NO_FILE'],
  ] as const)('refuses %s', async (_name, body, headers, status, code) => {
    const answer = await post('/v1/predictions', body, headers);
    expect(answer).toMatchObject({ status, json: { code, language: 'en' } });
    expect(Value.Errors(ErrorBody, answer.json)).toEqual([]);
  });

  it('names the limit of a form that has more fields than one may have', async () => {
    const fields = Array.from(
      { length: 150 },
      (_, i) => `--b\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\nx\r\n`,
    );
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const answer = await post('/v1/predictions', `${fields.join('')}--b--\r\n`, headers);
    expect(answer).toMatchObject({ status: 413, json: { code: 'TOO_MANY_FIELDS', values: { limit: 100 } } });
  });

  it.each([
    ['limit=0', { rule: 'minimum', limit: 1, value: '0' }],
    ['verdict=aberta', { rule: 'enum', allowed: expect.stringContaining('open'), value: 'aberta' }],
    ['colour=red', { name: 'colour', rule: 'unknown' }],
  ])('says what is allowed and what came: %s', async (query, values) => {
    const { json } = await get(`/v1/predictions?${query}`, { 'accept-language': 'pt-BR' });
    expect(json).toMatchObject({ code: 'INVALID_PARAMETER', values });
    expect(json).not.toMatchObject({ error: expect.stringMatching(/must|allowed/) });
  });

  it('refuses a query that means nothing', async () => {
    const answer = await post('/v1/predictions?heatmap=maybe', form(['image', 'a.jpg', await jpeg(RED)]));
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'INVALID_PARAMETER', values: { name: 'heatmap' } },
    });
  });
});

describe('the log', () => {
  it('has every answer and every refusal before the client has it', async () => {
    const headers = { 'user-agent': 'a-test/1.0' };
    const good = await post('/v1/predictions', form(['image', 'log.jpg', await jpeg(RED)]), headers);
    const bad = await post('/v1/predictions', form(['image', 'log.txt', Buffer.from('no')]), headers);
    const { json } = await get('/v1/predictions?limit=2');
    const { predictions } = Value.Parse(PredictionList, json);
    expect(predictions).toMatchObject([
      {
        outcome: 'refused',
        error: { code: 'UNSUPPORTED_FORMAT', file: 'log.txt', bytes: 2 },
        prediction: null,
      },
      {
        outcome: 'answered',
        prediction: good.json,
        client: { address: '127.0.0.1', user_agent: 'a-test/1.0' },
      },
    ]);
    expect(predictions[0]?.request_id).toBe(bad.headers.get('x-request-id'));
  });

  it('gives a prediction again by its id', async () => {
    const { json } = await post('/v1/predictions', form(['image', 'a.jpg', await jpeg(RED)]));
    const { id } = Value.Parse(Prediction, json);
    expect(await get(`/v1/predictions/${id}`)).toMatchObject({ status: 200, json });
  });

  it.each([
    ['/v1/predictions/01936f0e-0000-7000-8000-000000000000', 404, 'PREDICTION_NOT_FOUND'],
    ['/v1/predictions/1', 400, 'INVALID_PARAMETER'],
    ['/v1/predictions?limit=0', 400, 'INVALID_PARAMETER'],
    ['/v1/predictions?limit=1.5', 400, 'INVALID_PARAMETER'],
    ['/v1/predictions?limit=many', 400, 'INVALID_PARAMETER'],
    ['/v1/predictions?verdict=aberta', 400, 'INVALID_PARAMETER'],
    ['/v1/predictions?from=yesterday', 400, 'INVALID_PARAMETER'],
    ['/v1/predictions?colour=red', 400, 'INVALID_PARAMETER'],
  ])('GET %s is %i', async (path, status, code) => {
    expect(await get(path)).toMatchObject({ status, json: { code } });
  });

  it('filters and turns pages', async () => {
    for (let i = 0; i < 3; i += 1) await post('/v1/predictions', form(['image', 'f.jpg', await jpeg(GREEN)]));
    const first = Value.Parse(PredictionList, (await get('/v1/predictions?verdict=closed&limit=2')).json);
    expect(first.predictions.map(({ prediction }) => prediction?.verdict)).toEqual(['closed', 'closed']);
    const second = Value.Parse(
      PredictionList,
      (await get(`/v1/predictions?verdict=closed&limit=2&cursor=${first.next}`)).json,
    );
    expect(second.predictions[0]?.id).not.toBe(first.predictions[1]?.id);
    const shouted = await get(`/v1/predictions?verdict=closed&limit=2&cursor=${first.next?.toUpperCase()}`);
    expect(shouted.json).toEqual(second);
    const [one] = second.predictions;
    expect(await get(`/v1/predictions/${one?.id.toUpperCase()}`)).toMatchObject({
      status: 200,
      json: { id: one?.id },
    });
  });
});

describe('feedback', () => {
  it('is stored once, replaced and taken back', async () => {
    const { json } = await post('/v1/predictions', form(['image', 'a.jpg', await jpeg(RED)]));
    const { id } = Value.Parse(Prediction, json);
    const path = `/v1/predictions/${id}/feedback`;
    const type = { 'content-type': 'application/json' };
    expect(await post(path, '{"label":"open"}', type)).toMatchObject({
      status: 200,
      json: { label: 'open' },
    });
    expect(await post(path, '{"label":"none","comment":"é uma lata"}', type)).toMatchObject({ status: 200 });
    expect(await get(path)).toMatchObject({ json: { prediction: id, label: 'none', comment: 'é uma lata' } });
    const longest = '🍺'.repeat(LIMITS.commentLength);
    const escaped = '\\ud83c\\udf7a'.repeat(LIMITS.commentLength);
    expect(await post(path, `{"label":"none","comment":"${escaped}"}`, type)).toMatchObject({
      status: 200,
      json: { comment: longest },
    });
    expect((await fetch(url + path, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(url + path, { method: 'DELETE' })).status).toBe(404);
    expect(await test.log.findFeedback(id)).toBeUndefined();
  });

  it.each([
    ['another word', '{"label":"aberta"}', 400, 'INVALID_PARAMETER'],
    ['nothing', '{}', 400, 'INVALID_PARAMETER'],
    ['a long comment', `{"label":"open","comment":"${'x'.repeat(1_001)}"}`, 400, 'INVALID_PARAMETER'],
    ['a long body', `{"label":"open","comment":"${'x'.repeat(20_000)}"}`, 413, 'BODY_TOO_LARGE'],
    ['what was never predicted', '{"label":"open"}', 404, 'PREDICTION_NOT_FOUND'],
  ])('refuses %s', async (_name, body, status, code) => {
    const path = '/v1/predictions/01936f0e-0000-7000-8000-000000000000/feedback';
    expect(await post(path, body, { 'content-type': 'application/json' })).toMatchObject({
      status,
      json: { code },
    });
  });
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(url + path, { headers });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

/** A PNG's signature and header chunk, with a sound checksum, and nothing else. */
function hugePngHeader(side: number): Uint8Array {
  const chunk = Buffer.alloc(21);
  chunk.write('IHDR', 0, 'latin1');
  chunk.writeUInt32BE(side, 4);
  chunk.writeUInt32BE(side, 8);
  chunk.set([8, 2, 0, 0, 0], 12);
  chunk.writeUInt32BE(crc32(chunk.subarray(0, 17)), 17);
  const length = Buffer.from([0, 0, 0, 13]);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), length, chunk]);
}

function noise(width: number, height: number) {
  const image = createImage(width, height);
  for (let i = 0; i < image.data.length; i += 1) image.data[i] = (i * i * 7919) % 251;
  return image;
}
