import fc from 'fast-check';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ErrorBody } from '../../contract/error-body.ts';
import { LIMITS } from '../../contract/limits.ts';
import { Prediction } from '../../contract/prediction.ts';
import { encodePng } from '../../decode/index.ts';
import { createImage } from '../../vision/rgb-image.ts';
import type { Inference } from '../inference/inference.ts';
import { colourClassifier, onlyModel, type TestApp, testApp } from '../test-app.ts';
import { HEADER_LENGTH, readElements, readFloats, writeElements, writeFloats } from './framing.ts';
import {
  InferResponse,
  ModelMetadata,
  ModelReady,
  ModelStatistics,
  ServerHealth,
  ServerMetadata,
} from './messages.ts';

let test: TestApp;
let open: Buffer;
let closed: Buffer;
beforeAll(async () => {
  test = await testApp();
  open = Buffer.from(await encodePng(createImage(40, 30, [250, 5, 5])));
  closed = Buffer.from(await encodePng(createImage(40, 30, [5, 250, 5])));
});
afterAll(() => test.close());

const MODEL = '0123456789ab';

async function get(url: string) {
  return test.app.inject({ url });
}

function infer(payload: Buffer | object, headers: Record<string, string> = {}, model = 'bottle') {
  return test.app.inject({ method: 'POST', url: `/v2/models/${model}/infer`, payload, headers });
}

function json(pictures: readonly Buffer[], more: object = {}) {
  const data = pictures.map((bytes) => bytes.toString('base64'));
  return { inputs: [{ name: 'image', shape: [data.length], datatype: 'BYTES', data }], ...more };
}

/** As tritonclient writes it: a JSON head, then the tensor. */
function binary(pictures: readonly Buffer[], more: object = {}) {
  const tail = writeElements(pictures);
  const parameters = { binary_data_size: tail.length };
  const head = Buffer.from(
    JSON.stringify({
      inputs: [{ name: 'image', shape: [pictures.length], datatype: 'BYTES', parameters }],
      ...more,
    }),
  );
  return { body: Buffer.concat([head, tail]), headers: { [HEADER_LENGTH]: String(head.length) } };
}

/** Outputs by name, whichever way each of them came. */
function outputsOf(reply: Awaited<ReturnType<typeof infer>>): Record<string, unknown[]> {
  expect(reply.statusCode).toBe(200);
  const length = reply.headers[HEADER_LENGTH];
  const headLength = length === undefined ? reply.rawPayload.length : Number(length);
  const response: unknown = JSON.parse(reply.rawPayload.subarray(0, headLength).toString());
  let at = headLength;
  const read = Value.Parse(InferResponse, response).outputs.map(
    ({ name, datatype, shape, data, parameters }) => {
      if (data) return [name, data] as const;
      const count = shape.reduce((product, n) => product * n, 1);
      const bytes = reply.rawPayload.subarray(at, at + Number(parameters?.binary_data_size));
      at += bytes.length;
      if (datatype === 'BYTES') return [name, readElements(bytes, count, name).map(String)] as const;
      if (datatype === 'FP32') return [name, [...readFloats(bytes, count, name)]] as const;
      return [name, Array.from({ length: count }, (_, i) => bytes.readInt32LE(4 * i))] as const;
    },
  );
  expect(at).toBe(reply.rawPayload.length);
  return Object.fromEntries(read);
}

describe('metadata and health', () => {
  it.each(['/v2', '/v2/'])('%s says what the server is', async (url) => {
    const metadata: unknown = (await get(url)).json();
    expect(Value.Errors(ServerMetadata, metadata)).toEqual([]);
    expect(metadata).toMatchObject({
      name: 'tampinha',
      extensions: ['binary_tensor_data', 'classification', 'statistics'],
    });
  });

  it.each(['live', 'ready'])('is %s', async (what) => {
    const health: unknown = (await get(`/v2/health/${what}`)).json();
    expect(Value.Errors(ServerHealth, health)).toEqual([]);
    expect(health).toMatchObject({ live: true });
  });

  it.each(['bottle', 'bottle_tensor', `bottle/versions/${MODEL}`])('describes %s', async (path) => {
    const metadata: unknown = (await get(`/v2/models/${path}`)).json();
    expect(Value.Errors(ModelMetadata, metadata)).toEqual([]);
    expect(metadata).toMatchObject({ versions: [MODEL], platform: 'onnx_onnxruntime' });
    const ready: unknown = (await get(`/v2/models/${path}/ready`)).json();
    expect(Value.Errors(ModelReady, ready)).toEqual([]);
    expect(ready).toMatchObject({ ready: true });
  });

  it.each([
    ['GET', '/v2/models/wine', 404, 'There is no model wine.'],
    ['GET', '/v2/models/bottle/versions/1', 404, 'There is no model bottle, version 1.'],
    ['GET', '/v2/models/..%2Fetc/ready', 404, 'There is no model ../etc.'],
    ['GET', `/v2/models/${'x'.repeat(500)}`, 404, `There is no model ${'x'.repeat(100)}.`],
    ['POST', '/v2/models/wine/infer', 404, 'There is no model wine.'],
    ['GET', '/v2/models/bottle/infer', 405, 'GET is not possible here. Use OPTIONS, POST.'],
    ['DELETE', '/v2', 405, 'DELETE is not possible here. Use GET, HEAD, OPTIONS.'],
  ] as const)('%s %s is %i, with a sentence in error', async (method, url, status, error) => {
    const reply = await test.app.inject({ method, url });
    expect(reply.statusCode).toBe(status);
    expect(reply.json()).toMatchObject({ error });
  });
});

describe('a server whose champion has no process left', () => {
  it.each([
    '/health/ready',
    '/v2/health/ready',
    '/v2/models/bottle/ready',
    `/v2/models/bottle_tensor/versions/${MODEL}/ready`,
  ])('is not ready by %s, however many its challenger has', async (url) => {
    const pools = { champion: { processes: 0, memory: 0 }, challenger: { processes: 1, memory: 1 } };
    const lost = await testApp({ models: { ...onlyModel, figures: { ...onlyModel.figures, pools } } });
    const reply = await lost.app.inject({ url });
    expect([reply.statusCode, reply.json()]).toMatchObject([503, { code: 'NOT_READY' }]);
    await lost.close();
  });
});

describe('inference on files', () => {
  it('answers what /v1/predictions answers, in order, and gives the id back', async () => {
    const reply = await infer(json([open, closed], { id: 'line 7' }));
    expect(reply.json()).toMatchObject({ model_name: 'bottle', model_version: MODEL, id: 'line 7' });
    const outputs = outputsOf(reply);
    const headers = { 'content-type': 'image/png' };
    const alone = await test.app.inject({ method: 'POST', url: '/v1/predictions', payload: open, headers });
    const { p_open, bottles } = Value.Parse(Prediction, alone.json());
    expect(outputs.verdict).toEqual(['open', 'closed']);
    expect(Math.fround(Number(outputs.p_open?.[0]))).toBe(Math.fround(p_open));
    expect(outputs.boxes?.slice(0, 4)).toEqual(bottles[0]?.box);
    expect(outputs.bottles).toEqual([1, 1]);
    const [id] = outputs.prediction_id ?? [];
    expect((await get(`/v1/predictions/${id}`)).json()).toMatchObject({ verdict: 'open' });
  });

  it('is the same in JSON and binary, both ways', async () => {
    const asked = {
      outputs: ['verdict', 'p_open', 'probabilities', 'bottles', 'boxes'].map((name) => ({ name })),
    };
    const expected = outputsOf(await infer(json([open, closed], asked)));
    const request = binary([open, closed], asked);
    expect(outputsOf(await infer(request.body, request.headers))).toEqual(expected);
    const fround = (list: unknown[] = []) => list.map((x) => (typeof x === 'number' ? Math.fround(x) : x));
    const back = binary([open, closed], { ...asked, parameters: { binary_data_output: true } });
    const reply = await infer(back.body, back.headers);
    expect(reply.headers['content-type']).toBe('application/octet-stream');
    for (const [name, values] of Object.entries(outputsOf(reply)))
      expect(values).toEqual(fround(expected[name]));
  });

  it('takes a picture as it is, without any head', async () => {
    const reply = await infer(open, { [HEADER_LENGTH]: '0' });
    expect(reply.headers[HEADER_LENGTH]).toMatch(/^\d+$/);
    expect(outputsOf(reply)).toMatchObject({ verdict: ['open'], bottles: [1] });
  });

  it('lets every output choose its form, and names the likeliest classes', async () => {
    const outputs = [
      { name: 'p_open', parameters: { binary_data: false } },
      { name: 'probabilities', parameters: { classification: 5 } },
    ];
    const reply = await infer(json([closed, open], { outputs, parameters: { binary_data_output: true } }));
    const read = outputsOf(reply);
    expect(Object.keys(read)).toEqual(['p_open', 'probabilities']);
    expect(read.probabilities?.map((text) => String(text).replace(/^[\d.]+:/, ''))).toEqual([
      '1:closed',
      '0:open',
      '0:open',
      '1:closed',
    ]);
  });

  it.each([
    ['no JSON', Buffer.from('{'), {}, 400, 'MALFORMED_JSON'],
    ['no inputs', {}, {}, 400, 'INVALID_PARAMETER'],
    ['no pictures', json([]), {}, 400, 'INVALID_PARAMETER'],
    ['too many pictures', json(Array(17).fill(Buffer.from('x'))), {}, 400, 'INVALID_PARAMETER'],
    ['no picture', json([Buffer.from('hello')]), {}, 400, 'UNSUPPORTED_FORMAT'],
    ['an empty picture', json([Buffer.alloc(0)]), {}, 400, 'EMPTY_FILE'],
    [
      'an unknown output',
      json([Buffer.from('x')], { outputs: [{ name: 'age' }] }),
      {},
      400,
      'INVALID_PARAMETER',
    ],
    [
      'an output twice',
      json([Buffer.from('x')], { outputs: [{ name: 'p_open' }, { name: 'p_open' }] }),
      {},
      400,
      'INVALID_PARAMETER',
    ],
    ['a header length beyond the body', {}, { [HEADER_LENGTH]: '999' }, 400, 'INVALID_PARAMETER'],
    ['a compressed body', {}, { 'content-encoding': 'gzip' }, 400, 'UNSUPPORTED_ENCODING'],
    ['a body announced as too large', Buffer.alloc(65_000_000), {}, 413, 'BODY_TOO_LARGE'],
  ] as const)('refuses %s', async (_what, body, headers, status, code) => {
    const reply = await infer(body, { ...headers });
    expect(reply.statusCode).toBe(status);
    expect(Value.Errors(ErrorBody, reply.json())).toEqual([]);
    expect(reply.json()).toMatchObject({ code });
  });

  it('refuses a picture that is too large before any process has it', async () => {
    const look = vi.fn<Inference['look']>();
    const spared = await testApp({ inference: { card: colourClassifier.card, look } });
    const payload = Buffer.alloc(LIMITS.pictureBytes + 1);
    const headers = { [HEADER_LENGTH]: '0' };
    const reply = await spared.app.inject({
      ...{ method: 'POST', url: '/v2/models/bottle/infer', payload, headers },
    });
    expect([reply.statusCode, reply.json()]).toMatchObject([
      413,
      { code: 'FILE_TOO_LARGE', values: { actual_bytes: payload.length } },
    ]);
    expect(look).not.toHaveBeenCalled();
    await spared.close();
  });

  it('outlives several broken pictures among sound ones', async () => {
    const broken = open.subarray(0, 60);
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => infer(json([open, broken, closed, broken, broken, open]))),
    );
    for (const reply of replies) expect(reply.json()).toMatchObject({ code: 'BROKEN_PICTURE' });
  });

  it('names the picture that is broken', async () => {
    const reply = await infer(json([open, open.subarray(0, 60)]));
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ code: 'BROKEN_PICTURE', values: { number: 1 } });
  });
});

describe('inference on pixels', () => {
  const pixels = (colour: readonly number[]) => Array.from({ length: 40 * 30 }, () => colour).flat();
  const tensor = (values: Iterable<number>, shape: number[]) => {
    const tail = writeFloats(values);
    const parameters = { binary_data_size: tail.length };
    const head = Buffer.from(
      JSON.stringify({ inputs: [{ name: 'image', shape, datatype: 'FP32', parameters }] }),
    );
    return { body: Buffer.concat([head, tail]), headers: { [HEADER_LENGTH]: String(head.length) } };
  };

  it('answers as for the same pixels in a file', async () => {
    const values = [...pixels([250, 5, 5]), ...pixels([5, 250, 5])];
    const { body, headers } = tensor(values, [2, 30, 40, 3]);
    const { prediction_id: _own, ...outputs } = outputsOf(await infer(body, headers, 'bottle_tensor'));
    const { prediction_id: _other, ...expected } = outputsOf(await infer(json([open, closed])));
    expect(outputs).toEqual(expected);
  });

  it('keeps nobody waiting while the largest tensor is answered', async () => {
    const side = 1_280;
    const card = { ...colourClassifier.card, maxSide: side };
    // What looks at pictures does so in processes of its own: here it only has to say something.
    const seen = await colourClassifier.classify(createImage(1, 1, [5, 5, 5]));
    const large = await testApp({ classifier: { card, classify: async () => seen } });
    const url = await large.url();
    const pixels = new Float32Array(3 * side * side * 3).fill(5);
    const { body, headers } = tensor(pixels, [3, side, side, 3]);
    // Machines differ, and some are busy: the measure is what it must not cost on this one now.
    const begun = performance.now();
    Uint8Array.from(pixels, Math.round);
    const throughIteratorMs = performance.now() - begun;
    let isAnswered = false;
    const answered = fetch(`${url}/v2/models/bottle_tensor/infer`, { method: 'POST', body, headers }).finally(
      () => {
        isAnswered = true;
      },
    );
    let longestMs = 0;
    while (!isAnswered) {
      const asked = performance.now();
      await fetch(`${url}/health/live`);
      longestMs = Math.max(longestMs, performance.now() - asked);
    }
    expect((await answered).status).toBe(200);
    expect(longestMs).toBeLessThan(throughIteratorMs / 2);
    await large.close();
  });

  it.each([
    ['a pixel above 255', [256, 0, 0], [1, 1, 1, 3]],
    ['a pixel that is no number', [Number.NaN, 0, 0], [1, 1, 1, 3]],
    ['more to a side than the model looks at', [], [0, 1, 257, 3]],
    ['no pixels', [], [1, 0, 0, 3]],
    ['too few pixels', [0, 0, 0], [1, 1, 2, 3]],
    ['a channel too many', [0, 0, 0, 0], [1, 1, 1, 4]],
    ['no batch', [0, 0, 0], [1, 1, 3]],
  ])('refuses %s', async (_what, values, shape) => {
    const { body, headers } = tensor(values, shape);
    const reply = await infer(body, headers, 'bottle_tensor');
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ code: 'INVALID_PARAMETER' });
  });
});

describe('statistics', () => {
  it('count what was asked', async () => {
    const before = Value.Parse(ModelStatistics, (await get('/v2/models/bottle/stats')).json()).model_stats[0];
    await infer(json([open, closed]));
    await infer(json([Buffer.from('x')]));
    const all = Value.Parse(ModelStatistics, (await get('/v2/models/stats')).json()).model_stats;
    const after = all.find(({ name }) => name === 'bottle');
    if (!before || !after) throw new Error('no statistics');
    expect(all).toHaveLength(2);
    expect(after.inference_count - before.inference_count).toBe(2);
    expect(after.execution_count - before.execution_count).toBe(1);
    const grown = (what: 'success' | 'fail' | 'compute_infer') =>
      after.inference_stats[what].count - before.inference_stats[what].count;
    expect([grown('success'), grown('fail'), grown('compute_infer')]).toEqual([1, 1, 2]);
    expect(after.last_inference).toBeGreaterThan(0);
  });

  it('stay with the model that answered when another takes over', async () => {
    let { card } = colourClassifier;
    const swapped = await testApp({
      classifier: {
        ...colourClassifier,
        get card() {
          return card;
        },
      },
    });
    const ask = (payload: object) =>
      swapped.app.inject({ method: 'POST', url: '/v2/models/bottle/infer', payload });
    const stats = async (path: string) =>
      Value.Parse(ModelStatistics, (await swapped.app.inject({ url: path })).json()).model_stats.map(
        ({ version, inference_count, inference_stats: { fail } }) => [version, inference_count, fail.count],
      );
    await ask(json([open, closed]));
    await ask(json([Buffer.from('x')]));
    const next = 'ba9876543210';
    card = { ...card, id: next };
    expect(await stats('/v2/models/bottle/stats')).toEqual([
      [next, 0, 0],
      [MODEL, 2, 1],
    ]);
    await ask(json([open]));
    expect(await stats('/v2/models/bottle/stats')).toEqual([
      [next, 1, 0],
      [MODEL, 2, 1],
    ]);
    expect(await stats(`/v2/models/bottle/versions/${next}/stats`)).toEqual([[next, 1, 0]]);
    await swapped.close();
  });
});

describe('whatever comes', () => {
  const change = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(6),
    fc.uint8Array({ maxLength: 6 }),
  );

  it.each(['bottle', 'bottle_tensor'])('%s answers without a 5xx', async (model) => {
    const { body, headers } = binary([open, closed], { id: 'x', parameters: { binary_data_output: true } });
    const length = fc.oneof(fc.constant(headers[HEADER_LENGTH] ?? ''), fc.string(), fc.nat(500).map(String));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 4 }), length, async (changes, headerLength) => {
        const changed = changes.reduce((bytes, [where, remove, insert]) => {
          const at = Math.floor(where * bytes.length);
          return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
        }, body);
        const reply = await infer(changed, { [HEADER_LENGTH]: encodeURI(headerLength) }, model);
        expect([200, 400]).toContain(reply.statusCode);
        if (reply.statusCode === 400) expect(Value.Errors(ErrorBody, reply.json())).toEqual([]);
      }),
      { numRuns: 300, seed: 20261123 },
    );
  });
});
