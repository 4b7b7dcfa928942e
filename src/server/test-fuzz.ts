import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import { Compile } from 'typebox/compile';
import { ErrorBody } from '../contract/error-body.ts';
import { LIMITS } from '../contract/limits.ts';
import { Prediction } from '../contract/prediction.ts';
import { PredictionBatch } from '../contract/prediction-list.ts';
import { pngChunks } from '../decode/png.ts';
import { sharp } from '../decode/sharp.ts';
import type { Random } from '../vision/random.ts';
import { HEADER_LENGTH, writeElements, writeFloats } from './protocol-v2/framing.ts';

// For tests and bench/fuzz.ts: requests that no client should send, and what may be said to them. Each comes from a
// stream of random numbers alone, so that its seed is all that is needed to send it again.

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface FuzzAnswer {
  readonly method: string;
  /** 0 for a connection of raw bytes that was closed without one. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One kind of input, sent and answered. */
export type FuzzKind = (random: Random, base: string) => Promise<FuzzAnswer>;

/** An answer later than this is a hang. */
export const HANG_MS = 5_000;

type Format = 'jpeg' | 'png' | 'webp' | 'other';
type Samples = Readonly<Record<Format, readonly Buffer[]>>;

/** Every kind by its name. `side` is the longer side of the pictures that are damaged. */
export async function fuzzKinds(side = 64): Promise<Readonly<Record<string, FuzzKind>>> {
  const samples = await samplePictures(side);
  const requests: Record<string, (random: Random) => FuzzRequest> = {
    JPEG: (random) => raw(random, 'image/jpeg', damaged(random, pick(random, samples.jpeg))),
    PNG: (random) => raw(random, 'image/png', damaged(random, pick(random, samples.png))),
    'PNG, checksums right': (random) =>
      raw(random, 'image/png', withChecksums(damaged(random, pick(random, samples.png)))),
    WebP: (random) => raw(random, 'image/webp', damaged(random, pick(random, samples.webp))),
    'GIF, TIFF, AVIF, BMP, SVG, PDF, ZIP': (random) =>
      raw(random, 'application/octet-stream', damaged(random, pick(random, samples.other))),
    'two files in one': (random) => raw(random, 'image/jpeg', spliced(random, samples)),
    'form at /classificar': (random) => form(random, '/classificar', [['image', anySample(random, samples)]]),
    'form at /v1/predictions': (random) => form(random, '/v1/predictions', parts(random, samples, 3)),
    'stream of answers': (random) => streamed(random, samples),
    'JSON, base64': (random) => base64(random, samples),
    'JSON of any kind': (random) =>
      post('/v1/predictions', 'application/json', Buffer.from(JSON.stringify(anyJson(random)))),
    'JSON without end': endlessJson,
    'inference protocol, binary': (random) => inferBinary(random, samples),
    'inference protocol, JSON': (random) => inferJson(random, samples),
    'inference protocol, tensor': inferTensor,
    'feedback and jobs': (random) => smallBodies(random, samples),
    headers: (random) => withHeaders(random, anySample(random, samples)),
    'addresses and methods': address,
  };
  const wire = wireTexts(samples.jpeg[0] ?? Buffer.alloc(0));
  return {
    ...Object.fromEntries(
      Object.entries(requests).map(([name, make]) => [name, (random, base) => send(base, make(random))]),
    ),
    'HTTP itself': (random, base) => sendBytes(base, damaged(random, pick(random, wire))),
  };
}

/** Little text that would become many values, up to 4 MB of it. */
function endlessJson(random: Random): FuzzRequest {
  const piece = pick(random, ['{}', '[]', '0', '""', '[', '{"a":', '{"a":0,"b":[1,2]}']);
  const count = Math.round(2 ** (6 + 16 * random())) / piece.length;
  const nested = piece === '[' || piece === '{"a":';
  const many = nested ? piece.repeat(count) : `[${`${piece},`.repeat(count)}0]`;
  const frame = pick(random, [
    '@',
    '{"image":@}',
    '{"image":"","junk":@}',
    '{"inputs":[{"data":@}]}',
    '{"inputs":@}',
  ]);
  const path = pick(random, [
    '/v1/predictions',
    '/v1/jobs',
    '/v2/models/bottle/infer',
    '/v2/models/bottle_tensor/infer',
  ]);
  return post(path, 'application/json', Buffer.from(frame.replace('@', () => many)));
}

const errors = Compile(ErrorBody);
const predictions = Compile(Prediction);
const batches = Compile(PredictionBatch);
/** What may be refused for the server's own reasons, each with a time to come back. */
const BUSY = ['OVERLOADED', 'DEADLINE_EXCEEDED', 'JOBS_FULL', 'NOT_READY'];

/** What is wrong with an answer; undefined for a right one. */
export function complaint({ method, status, headers, body }: FuzzAnswer): string | undefined {
  // A fault of our own may hide in a list or a stream.
  if (body.includes('"code":"INTERNAL"')) return 'INTERNAL';
  if (method === 'wire' || method === 'HEAD') return undefined;
  if (status >= 500 && status !== 503) return `${status}`;
  if (status < 400) return wrongAnswer(status, headers, body);
  const json = parsed(body);
  if (!errors.Check(json)) return `${status} with a body that is no error`;
  if (status !== 503) return undefined;
  const honest = BUSY.includes(json.code) && Number(headers['retry-after']) >= 1;
  return honest ? undefined : `503 ${json.code}, Retry-After ${headers['retry-after']}`;
}

function wrongAnswer(status: number, headers: FuzzAnswer['headers'], body: string): string | undefined {
  if (status !== 200 || !String(headers['content-type']).startsWith('application/json')) return undefined;
  const json = parsed(body);
  if (json === undefined) return '200 with a body that is no JSON';
  const looksLikeOne = typeof json === 'object' && json !== null && 'p_open' in json && 'sha256' in json;
  if (looksLikeOne && !predictions.Check(json)) return '200 with a prediction that is none';
  const isBatch =
    typeof json === 'object' && json !== null && Array.isArray(Reflect.get(json, 'predictions'));
  return isBatch && !Reflect.has(json, 'next') && !batches.Check(json)
    ? '200 with a list that is none'
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Sending

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A file as it is, whatever it may be. */
export function sendFile(base: string, body: Buffer): Promise<FuzzAnswer> {
  return send(base, post('/v1/predictions', 'application/octet-stream', body));
}

/**
 * Rejects when the connection breaks without an answer. One that has been used before may be closed for the next
 * request that is none, since the answer could be taken for another; that request is then sent on one of its own.
 */
async function send(base: string, request: FuzzRequest): Promise<FuzzAnswer> {
  const { answer, reused } = sendOn(agent, base, request);
  return answer.catch((error: unknown) => {
    if (!reused()) throw error;
    return sendOn(new Agent(), base, request).answer;
  });
}

function sendOn(agent: Agent, base: string, { method, path, headers, body }: FuzzRequest) {
  const { promise, resolve, reject } = Promise.withResolvers<FuzzAnswer>();
  const length = { 'content-length': String(body.length) };
  const options = { method, agent, headers: { ...headers, ...length }, path };
  const request = httpRequest(base, options, async (response) => {
    try {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ method, status: response.statusCode ?? 0, headers: response.headers, body: text });
    } catch (error) {
      reject(error);
    }
  });
  request.on('error', reject).end(body);
  return { answer: promise, reused: () => request.reusedSocket };
}

/** How long a server may need to see that a request is one; what waits for more will wait for ever. */
const SILENCE_MS = 250;

/** Sends what need not be HTTP and hears the answer out. Then the server is told that nothing more will come. */
function sendBytes(base: string, bytes: Buffer): Promise<FuzzAnswer> {
  const { promise, resolve } = Promise.withResolvers<FuzzAnswer>();
  const { port, hostname } = new URL(base);
  const socket = connect({ port: Number(port), host: hostname });
  const timer = setTimeout(() => socket.end(), SILENCE_MS);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    socket.end();
  });
  // Cut off is what it may be: the answer, if there was one, came before.
  socket.on('error', () => {});
  socket.once('close', () => {
    clearTimeout(timer);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0);
    const busy = /"code":"(\w+)"/.exec(received)?.[1] ?? '';
    const faulty = status >= 500 && !BUSY.includes(busy);
    resolve({ method: 'wire', status, headers: {}, body: faulty ? '"code":"INTERNAL"' : '' });
  });
  socket.write(bytes);
  return promise;
}

// Damage

const below = (random: Random, n: number) => Math.floor(random() * n);

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[below(random, values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => below(random, 256)));
}

/** Where to do harm: half the time among the first bytes, where headers lie. */
function place(random: Random, bytes: Buffer): number {
  return below(random, random() < 0.5 ? Math.min(bytes.length, 400) : bytes.length);
}

/** Pieces that mean something to one parser or another. */
const TOKENS = [
  ...[
    '--b',
    '\r\n',
    '\r\n\r\n',
    '\r\n--b--\r\n',
    'filename=',
    'name="image"',
    '"',
    '\0',
    '%00',
    '../',
    '{',
    '[',
  ],
  ...['\\', ',', 'null', '1e999', '-1', 'Transfer-Encoding: chunked\r\n', 'Content-Length: 5\r\n', '\uFEFF'],
  ...[
    '\xff\xd8',
    '\xff\xd9',
    '\xff\xe1\xff\xff',
    '\xff\xda',
    '\xff\xc0',
    'IHDR',
    'IDAT',
    'IEND',
    'acTL',
    'RIFF',
  ],
  ...['VP8X', 'ANIM', 'EXIF', 'Exif\0\0', '<svg/>', '%PDF-1.4', 'GIF89a'],
].map((text) => Buffer.from(text, 'latin1'));
const EXTREMES = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

type Harm = (random: Random, bytes: Buffer, at: number) => Buffer;
const HARMS: readonly Harm[] = [
  function flipBit(random, bytes, at) {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
    return bytes;
  },
  function changeByte(random, bytes, at) {
    bytes[at] = below(random, 256);
    return bytes;
  },
  function extremeNumber(random, bytes, at) {
    const size = pick(random, [1, 2, 4]);
    if (at + size > bytes.length) return bytes;
    const value = pick(random, EXTREMES) % 2 ** (8 * size);
    if (random() < 0.5) bytes.writeUIntBE(value, at, size);
    else bytes.writeUIntLE(value, at, size);
    return bytes;
  },
  function cutOff(_random, bytes, at) {
    return bytes.subarray(0, at);
  },
  function remove(random, bytes, at) {
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 60))]);
  },
  function insertBytes(random, bytes, at) {
    return Buffer.concat([bytes.subarray(0, at), randomBytes(random, below(random, 40)), bytes.subarray(at)]);
  },
  function insertToken(random, bytes, at) {
    return Buffer.concat([bytes.subarray(0, at), pick(random, TOKENS), bytes.subarray(at)]);
  },
  function repeat(random, bytes, at) {
    const piece = bytes.subarray(at, at + 1 + below(random, 200));
    const times = 1 + below(random, 20);
    return Buffer.concat([bytes.subarray(0, at), ...Array<Buffer>(times).fill(piece), bytes.subarray(at)]);
  },
];

/** A copy with one to four injuries; now and then without any. */
function damaged(random: Random, bytes: Buffer): Buffer {
  let result = Buffer.from(bytes);
  for (let left = random() < 0.02 ? 0 : 1 + below(random, 4); left > 0 && result.length > 0; left -= 1)
    result = Buffer.from(pick(random, HARMS)(random, result, place(random, result)));
  return result;
}

/** So that the damage gets past the first check of every chunk. */
function withChecksums(png: Buffer): Buffer {
  const result = Buffer.from(png);
  for (const { start, end } of pngChunks(result))
    result.writeUInt32BE(crc32(result.subarray(start + 4, end - 4)), end - 4);
  return result;
}

function spliced(random: Random, samples: Samples): Buffer {
  const [one, other] = [anySample(random, samples), anySample(random, samples)];
  return Buffer.concat([
    one.subarray(0, random() < 0.5 ? one.length : place(random, one)),
    other.subarray(place(random, other)),
  ]);
}

// Requests

function post(path: string, type: string, body: Buffer, more: Record<string, string> = {}): FuzzRequest {
  return { method: 'POST', path, headers: { 'content-type': type, ...more }, body };
}

function raw(random: Random, type: string, body: Buffer): FuzzRequest {
  const path = random() < 0.1 ? '/v1/predictions?heatmap=true' : '/v1/predictions';
  return post(path, random() < 0.1 ? 'application/octet-stream' : type, body);
}

type Part = readonly [field: string, content: Buffer];

function multipart(all: readonly Part[]): Buffer {
  const pieces = all.map(([field, content], i) =>
    Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="${field}"; filename="${i}.jpg"\r\n`),
      Buffer.from('Content-Type: image/jpeg\r\n\r\n'),
      content,
      Buffer.from('\r\n'),
    ]),
  );
  return Buffer.concat([...pieces, Buffer.from('--b--\r\n')]);
}

function form(
  random: Random,
  path: string,
  all: readonly Part[],
  more?: Record<string, string>,
): FuzzRequest {
  const boundary = random() < 0.9 ? 'b' : pick(random, ['', '"', '"b"', 'c', 'b; x=y', 'b'.repeat(300)]);
  return post(path, `multipart/form-data; boundary=${boundary}`, damaged(random, multipart(all)), more);
}

/** Some whole pictures and some damaged ones, in fields of the right and of other names. */
function parts(random: Random, samples: Samples, most: number): Part[] {
  return Array.from({ length: 1 + below(random, most) }, () => {
    const field = pick(random, ['image', 'images', 'images[]', 'note', '__proto__', '']);
    const whole = anySample(random, samples);
    return [field, random() < 0.7 ? damaged(random, whole) : whole] as const;
  });
}

function streamed(random: Random, samples: Samples): FuzzRequest {
  const accept = { accept: pick(random, ['application/x-ndjson', 'text/html, application/ndjson;q=0.1']) };
  return form(random, '/v1/predictions', parts(random, samples, 6), accept);
}

function base64(random: Random, samples: Samples): FuzzRequest {
  const texts = Array.from({ length: 1 + below(random, 3) }, () => {
    const text = damaged(random, anySample(random, samples)).toString(pick(random, ['base64', 'base64url']));
    return random() < 0.2 ? `data:image/jpeg;base64,${text}` : text;
  });
  const body = Buffer.from(JSON.stringify(random() < 0.5 ? { image: texts[0] } : { images: texts }));
  return post('/v1/predictions', 'application/json', random() < 0.5 ? damaged(random, body) : body);
}

const KEYS = [
  'image',
  'images',
  'inputs',
  'name',
  'shape',
  'datatype',
  'data',
  'parameters',
  '__proto__',
  'length',
];

function anyJson(random: Random, depth = 0): unknown {
  const kind = below(random, depth > 5 ? 5 : 8);
  if (kind === 0) return pick(random, [null, true, false]);
  if (kind === 1) return pick(random, [0, -1, 1.5, 1e308, -1e-300, 2 ** 53, 4_294_967_296]);
  if (kind < 5) return String(randomBytes(random, below(random, 30)));
  const length = below(random, 5);
  if (kind === 5) return Array.from({ length }, () => anyJson(random, depth + 1));
  return Object.fromEntries(Array.from({ length }, () => [pick(random, KEYS), anyJson(random, depth + 1)]));
}

/** A head of the inference protocol, mostly right. */
function inferHead(random: Random, shape: readonly number[], datatype: string, content: object) {
  const wrongly = <T>(right: T, other: () => unknown) => (random() < 0.05 ? other() : right);
  return {
    id: wrongly('7', () => anyJson(random)),
    inputs: [
      {
        name: wrongly('image', () => 'pixels'),
        shape: wrongly(shape, () => [pick(random, [-1, 0, 2 ** 40, 1.5, 1e308]), ...shape]),
        datatype: wrongly(datatype, () => pick(random, ['FP16', 'INT64', 'bytes', '', 7])),
        ...content,
      },
    ],
    ...(random() < 0.3 && { outputs: [wrongly({ name: 'probabilities' }, () => anyJson(random))] }),
    ...(random() < 0.3 && { parameters: wrongly({ binary_data_output: true }, () => anyJson(random)) }),
  };
}

function framed(random: Random, path: string, head: object, tail: Buffer): FuzzRequest {
  const json = Buffer.from(JSON.stringify(head));
  const body = Buffer.concat([random() < 0.3 ? damaged(random, json) : json, tail]);
  const stated =
    random() < 0.8 ? String(json.length) : String(pick(random, [0, -1, 1, body.length, 2 ** 31, 'x', 1e21]));
  return post(path, 'application/octet-stream', body, { [HEADER_LENGTH]: stated });
}

function inferBinary(random: Random, samples: Samples): FuzzRequest {
  const elements = Array.from({ length: 1 + below(random, 2) }, () =>
    damaged(random, anySample(random, samples)),
  );
  const tail = random() < 0.5 ? damaged(random, writeElements(elements)) : writeElements(elements);
  const size = random() < 0.8 ? tail.length : pick(random, [0, -1, 2 ** 32, 1.5, tail.length + 1]);
  const content = { parameters: { binary_data_size: size } };
  const path = random() < 0.9 ? '/v2/models/bottle/infer' : '/v2/models/bottle_tensor/infer';
  return framed(random, path, inferHead(random, [elements.length], 'BYTES', content), tail);
}

function inferJson(random: Random, samples: Samples): FuzzRequest {
  const data = random() < 0.7 ? [anySample(random, samples).toString('base64')] : anyJson(random);
  const body = Buffer.from(JSON.stringify(inferHead(random, [1], 'BYTES', { data })));
  const path = '/v2/models/bottle/infer';
  return post(path, 'application/json', random() < 0.5 ? damaged(random, body) : body);
}

function inferTensor(random: Random): FuzzRequest {
  const [height, width] = [1 + below(random, 8), 1 + below(random, 8)];
  const shape = [1, height, width, 3];
  const values = Array.from({ length: 3 * height * width }, () =>
    random() < 0.999
      ? below(random, 256)
      : pick(random, [-1, 256, Number.NaN, Number.POSITIVE_INFINITY, 1e38]),
  );
  const tail = random() < 0.7 ? writeFloats(values) : damaged(random, writeFloats(values));
  const content = { parameters: { binary_data_size: tail.length } };
  return framed(random, '/v2/models/bottle_tensor/infer', inferHead(random, shape, 'FP32', content), tail);
}

const ID = '01936f0e-0000-7000-8000-000000000000';

function smallBodies(random: Random, samples: Samples): FuzzRequest {
  if (random() < 0.2) {
    const webhook = pick(random, ['', '?webhook=http://127.0.0.1/', '?webhook=%00', '?webhook=a', '?x=1']);
    return form(random, `/v1/jobs${webhook}`, parts(random, samples, 2));
  }
  const body =
    random() < 0.5 ? { label: 'open', comment: 'x' } : { label: anyJson(random), review: anyJson(random) };
  return post(
    `/v1/predictions/${random() < 0.9 ? ID : 'x'}/feedback`,
    'application/json',
    damaged(random, Buffer.from(JSON.stringify(body))),
  );
}

const HEADERS = [
  ...[
    'accept',
    'accept-language',
    'authorization',
    'content-encoding',
    'content-type',
    'cookie',
    'forwarded',
  ],
  ...['if-none-match', 'origin', 'range', 'sec-fetch-site', 'traceparent', 'user-agent', 'x-api-key'],
  ...['x-forwarded-for', 'x-real-ip', 'x-request-id', HEADER_LENGTH],
];
const VALUES = [
  '',
  '*',
  '*/*',
  'gzip',
  'identity',
  'Bearer ',
  'Bearer tmp_x',
  'Bearer eyJ.eyJ.x',
  '127.0.0.1',
];

function withHeaders(random: Random, picture: Buffer): FuzzRequest {
  const headers: Record<string, string> = { 'content-type': 'image/jpeg' };
  for (let left = 1 + below(random, 6); left > 0; left -= 1)
    headers[pick(random, HEADERS)] =
      random() < 0.4 ? pick(random, VALUES) : printable(random, below(random, random() < 0.05 ? 9_000 : 80));
  const path = pick(random, [
    '/v1/predictions',
    '/classificar',
    '/v2/models/bottle/infer',
    '/v1/models',
    '/metrics',
  ]);
  const isPost = !['/v1/models', '/metrics'].includes(path);
  return { method: isPost ? 'POST' : 'GET', path, headers, body: isPost ? picture : Buffer.alloc(0) };
}

/** What a header may hold, the upper half of Latin-1 included. */
function printable(random: Random, length: number): string {
  return Array.from({ length }, () => {
    const code = random() < 0.95 ? 32 + below(random, 95) : 160 + below(random, 96);
    return String.fromCharCode(code);
  }).join('');
}

const PATHS = [
  ...[
    '/',
    '/v1',
    '/v1/predictions',
    `/v1/predictions/${ID}`,
    `/v1/predictions/${ID}/feedback`,
    '/v1/statistics',
  ],
  ...[
    '/v1/review',
    '/v1/feedback',
    '/v1/models',
    '/v1/model',
    '/v1/jobs/x',
    '/v2',
    '/v2/models/bottle',
    '/v2/health/live',
  ],
  ...[
    '/v2/models/bottle/stats',
    '/v2/repository/index',
    '/docs',
    '/docs/static/',
    '/openapi.json',
    '/metrics',
  ],
];
const QUERIES = [
  'limit',
  'cursor',
  'from',
  'to',
  'verdict',
  'model',
  'client',
  'outcome',
  'bucket',
  'format',
  'x',
];
const QUERY_VALUES = [
  '',
  '0',
  '-1',
  '1e9',
  '2026-11-23T00:00:00Z',
  '9999-99-99',
  'open',
  ID,
  '%00',
  '%E0%A4%A',
  'csv',
];
const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'];

function address(random: Random): FuzzRequest {
  const start = pick(random, PATHS);
  const text = random() < 0.5 ? start : escaped(damaged(random, Buffer.from(start)));
  const query = Array.from({ length: below(random, 4) }, () => {
    const value =
      random() < 0.7 ? pick(random, QUERY_VALUES) : escaped(randomBytes(random, below(random, 20)));
    return `${pick(random, QUERIES)}=${value}`;
  });
  const path = `/${text.replace(/^\/+/, '')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  return { method: pick(random, METHODS), path, headers: {}, body: Buffer.alloc(0) };
}

/** As a client may write it: some bytes escaped, some not. */
function escaped(bytes: Buffer): string {
  return [...bytes]
    .map((byte) =>
      byte > 32 && byte < 127 ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}

function wireTexts(jpeg: Buffer): Buffer[] {
  const head = (line: string, ...headers: string[]) =>
    `${[line, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`;
  const length = `Content-Length: ${jpeg.length}`;
  const chunked = `${jpeg.length.toString(16)}\r\n${jpeg.toString('latin1')}\r\n0\r\n\r\n`;
  return [
    head('GET /health/live HTTP/1.1', 'Connection: close'),
    head('POST /v1/predictions HTTP/1.1', 'Content-Type: image/jpeg', length) + jpeg.toString('latin1'),
    head('POST /v1/predictions HTTP/1.1', 'Content-Type: image/jpeg', 'Transfer-Encoding: chunked') + chunked,
    `${head('POST /classificar HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 5')}hello`,
    head('GET /v1/models HTTP/1.0') + head('GET /v1/models HTTP/1.1'),
    head('GET /v1/models HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket'),
  ].map((text) => Buffer.from(text, 'latin1'));
}

// Pictures

function anySample(random: Random, { jpeg, png, webp, other }: Samples): Buffer {
  return pick(random, random() < 0.8 ? [...jpeg, ...png, ...webp] : other);
}

/** Every way of writing that the readers know, and files that are to be refused by their first bytes. */
async function samplePictures(side: number): Promise<Samples> {
  const noise = Buffer.from(Array.from({ length: 16 * 12 * 3 }, (_, i) => (i * 37) % 256));
  const small = sharp(noise, { raw: { width: 16, height: 12, channels: 3 } });
  const pixels = await small
    .resize(side, Math.round(0.75 * side), { fit: 'fill' })
    .png()
    .toBuffer();
  const from = () => sharp(pixels).withMetadata({ orientation: 6 });
  const grey = () => sharp(pixels).greyscale();
  return {
    jpeg: await Promise.all([
      from().jpeg({ quality: 80 }).toBuffer(),
      from().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
      grey().jpeg().toBuffer(),
      sharp(pixels).toColourspace('cmyk').jpeg().toBuffer(),
    ]),
    png: await Promise.all([
      from().png().toBuffer(),
      from().png({ progressive: true }).toBuffer(),
      from().png({ palette: true }).toBuffer(),
      grey().toColourspace('grey16').png().toBuffer(),
      from().ensureAlpha(0.5).png().toBuffer(),
    ]),
    webp: await Promise.all([
      from().webp().toBuffer(),
      from().webp({ lossless: true }).toBuffer(),
      from().ensureAlpha(0.5).webp().toBuffer(),
    ]),
    other: [
      await sharp(pixels).gif().toBuffer(),
      await sharp(pixels).tiff().toBuffer(),
      await sharp(pixels).avif({ effort: 0 }).toBuffer(),
      Buffer.concat([Buffer.from('BM'), Buffer.alloc(200, 7)]),
      Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      Buffer.from('%PDF-1.4\n%\xff\xff\n1 0 obj<<>>endobj', 'latin1'),
      Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'),
      Buffer.alloc(LIMITS.commentLength, 'nonsense '),
      Buffer.alloc(0),
    ],
  };
}
