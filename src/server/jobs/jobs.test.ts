import { createHmac, randomBytes, randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Value } from 'typebox/value';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Job, JobSummary, WebhookBody } from '../../contract/job.ts';
import { encodePng } from '../../decode/index.ts';
import type { Classifier } from '../../model/classification.ts';
import { describePostgres } from '../../store/test-stores.ts';
import { createImage } from '../../vision/rgb-image.ts';
import type { Config } from '../config.ts';
import { newApiKey } from '../security/api-key.ts';
import { systemClock } from '../system.ts';
import { colourClassifier, type TestApp, testApp } from '../test-app.ts';
import { UploadMemory } from '../upload-memory.ts';
import { JOB_BYTES, LEAST_PICTURE_BYTES, RESULT_BYTES } from './charges.ts';
import { openFolderJobStore } from './folder-job-store.ts';
import { InProcessDispatch } from './in-process-dispatch.ts';
import { createJobMetrics } from './job-metrics.ts';
import { Jobs } from './jobs.ts';
import { WEBHOOKS_AT_ONCE_PER_CALLER } from './webhook-line.ts';

// A database that was away is heard of again by polling, and what its workers had by a heartbeat that is missing.
vi.setConfig({ testTimeout: 240_000 });

/** What a job of one small picture is charged. */
const SMALL_JOB = JOB_BYTES + LEAST_PICTURE_BYTES + RESULT_BYTES;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let open: Buffer;
let closed: Buffer;
beforeAll(async () => {
  open = Buffer.from(await encodePng(createImage(40, 30, [250, 5, 5])));
  closed = Buffer.from(await encodePng(createImage(40, 30, [5, 250, 5])));
});

let dataDir: string;
let running: TestApp[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tampinha-jobs-'));
});
afterEach(async () => {
  await Promise.all(running.map((test) => test.close()));
  running = [];
  await rm(dataDir, { recursive: true });
});

async function start(
  config: Partial<Config> = {},
  classifier: Classifier = colourClassifier,
  logger?: FastifyBaseLogger,
): Promise<TestApp> {
  const test = await testApp({ classifier, config: { dataDir, ...config }, ...(logger && { logger }) });
  running.push(test);
  return test;
}

async function stop(test: TestApp): Promise<void> {
  running = running.filter((one) => one !== test);
  await test.close();
}

function post(test: TestApp, pictures: readonly Buffer[], query = '') {
  const payload = { images: pictures.map((bytes) => bytes.toString('base64')) };
  return test.app.inject({ method: 'POST', url: `/v1/jobs${query}`, payload });
}

async function send(test: TestApp, pictures: readonly Buffer[], query = ''): Promise<string> {
  const reply = await post(test, pictures, query);
  expect(reply.statusCode).toBe(202);
  const summary = Value.Parse(JobSummary, reply.json());
  expect(reply.headers.location).toBe(`/v1/jobs/${summary.id}`);
  expect(summary).toMatchObject({ state: 'running', pictures: pictures.length, finished: null });
  return summary.id;
}

async function fetchJob(test: TestApp, id: string): Promise<Job> {
  return Value.Parse(Job, (await test.app.inject({ url: `/v1/jobs/${id}` })).json());
}

async function waitFor(test: TestApp, id: string, ready: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await fetchJob(test, id);
    if (ready(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const isDone = ({ state }: Job) => state === 'done';

async function metricOf(test: TestApp, name: string): Promise<number> {
  const { body } = await test.app.inject({ url: '/metrics' });
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
}

/** Answers `count` pictures; the next ones wait until they are let go. */
function heldAfter(count: number) {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  let begun = 0;
  const classifier: Classifier = {
    card: colourClassifier.card,
    async classify(image) {
      begun += 1;
      if (begun > count) await held;
      return colourClassifier.classify(image);
    },
  };
  return { classifier, letGo };
}

/** Someone to be told, who says 503 the first `failures` times. */
async function receiver(failures: number) {
  const seen: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
  const server = createServer(async (request, reply) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ headers: request.headers, body });
    reply.writeHead(seen.length > failures ? 204 : 503).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { seen, url: `http://127.0.0.1:${address.port}/hook`, close: () => server.close() };
}

/** A new key's text. */
async function addKey({ keys }: TestApp): Promise<string> {
  const { text, prefix, hash } = newApiKey(randomBytes);
  const created = '2026-11-23T00:00:00.000Z';
  const rights = { scopes: ['predict'] as const, expires: null, perMinute: null };
  await keys.create({ id: randomUUIDv7(), name: 'test', prefix, hash, created, ...rights });
  return text;
}

/** Someone who takes what is sent, and never answers. */
async function silentReceiver(at = '127.0.0.1') {
  let most = 0;
  let open = 0;
  const server = createServer((request) => {
    open += 1;
    most = Math.max(most, open);
    request.socket.once('close', () => {
      open -= 1;
    });
  }).listen(0, at);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    /** Most requests that were open at the same time. */
    most: () => most,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * What holds wherever jobs are kept.
 * @param clientOf what is kept of who has sent a job
 */
function suite(
  backend: () => Promise<Partial<Config>>,
  clientOf: (id: string, config: Partial<Config>) => Promise<unknown>,
): void {
  it('answers every picture in its place, and writes each into the log', async () => {
    const test = await start(await backend());
    const id = await send(test, [open, closed, Buffer.from('no picture'), open]);
    const job = await waitFor(test, id, isDone);
    expect(job).toMatchObject({ id, pictures: 4, answered: 3, refused: 1, webhook: null });
    expect(job.finished).not.toBeNull();
    expect(job.results).toMatchObject([
      { index: 0, verdict: 'open' },
      { index: 1, verdict: 'closed' },
      { index: 2, code: 'UNSUPPORTED_FORMAT', status: 415 },
      { index: 3, verdict: 'open' },
    ]);
    expect(await fetchJob(test, id.toUpperCase())).toEqual(job);
    const [first] = job.results;
    if (!first || !('verdict' in first)) throw new Error('no prediction');
    const logged = await test.log.find(first.id);
    expect(logged).toMatchObject({ route: '/v1/jobs', prediction: { id: first.id } });
  });

  it('takes a form, and keeps the names', async () => {
    const test = await start(await backend());
    const form = new FormData();
    for (const name of ['um.png', 'dois.png']) form.append('images', new Blob([Uint8Array.from(open)]), name);
    const reply = await fetch(`${await test.url()}/v1/jobs`, { method: 'POST', body: form });
    const { id } = Value.Parse(JobSummary, await reply.json());
    const { results } = await waitFor(test, id, isDone);
    expect(results.map(({ file }) => file)).toEqual(['um.png', 'dois.png']);
  });

  it('goes on after a restart where it stopped', async () => {
    const config = await backend();
    const { classifier, letGo } = heldAfter(2);
    const first = await start({ ...config, concurrency: 1 }, classifier);
    const id = await send(first, [open, closed, open, closed, open]);
    const before = await waitFor(first, id, ({ results }) => results.length === 2);
    const stopped = stop(first);
    letGo();
    await stopped;
    const second = await start(config);
    const after = await waitFor(second, id, isDone);
    expect(after.results.map((result) => 'verdict' in result && result.verdict)).toEqual([
      ...['open', 'closed', 'open', 'closed', 'open'],
    ]);
    expect(after.results.slice(0, 2)).toEqual(before.results);
  });

  it('is removed with everything, even while it runs', async () => {
    const { classifier, letGo } = heldAfter(1);
    const test = await start({ ...(await backend()), concurrency: 1 }, classifier);
    const id = await send(test, [open, closed, open]);
    await waitFor(test, id, ({ results }) => results.length === 1);
    expect((await test.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}` })).statusCode).toBe(204);
    expect((await test.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}` })).statusCode).toBe(404);
    const gone = await test.app.inject({ url: `/v1/jobs/${id}` });
    expect(gone.statusCode).toBe(404);
    expect(gone.json()).toMatchObject({ code: 'JOB_NOT_FOUND' });
    letGo();
  });

  it('tells who asked for it when it is done, signed, again after a failure, once in the end', async () => {
    const there = await receiver(1);
    const config = { webhookSecret: SECRET, webhookAllow: ['127.0.0.1'] };
    const test = await start({ ...(await backend()), ...config });
    const id = await send(test, [open, closed], `?webhook=${encodeURIComponent(there.url)}`);
    const job = await waitFor(test, id, ({ webhook }) => webhook?.state === 'delivered');
    expect(job.webhook).toEqual({ url: there.url, state: 'delivered', attempts: 2 });
    expect(there.seen).toHaveLength(2);
    for (const { headers, body } of there.seen) {
      const told = Value.Parse(WebhookBody, JSON.parse(body));
      expect(told.data).toMatchObject({ id, state: 'done', answered: 2, refused: 0 });
      const key = Buffer.from(SECRET.slice(6), 'base64');
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      const signature = createHmac('sha256', key).update(signed).digest('base64');
      expect(headers).toMatchObject({ 'webhook-id': id, 'webhook-signature': `v1,${signature}` });
    }
    there.close();
  });

  it('tells others while one receiver never answers, who gets few at a time', async () => {
    const [silent, there] = await Promise.all([silentReceiver(), receiver(0)]);
    const config = { webhookSecret: SECRET, webhookAllow: ['127.0.0.1', 'localhost'] };
    const test = await start({ ...(await backend()), ...config });
    for (let i = 0; i < 10; i++) await send(test, [open], `?webhook=${encodeURIComponent(silent.url)}`);
    const sent = performance.now();
    const url = there.url.replace('127.0.0.1', 'localhost');
    const id = await send(test, [closed], `?webhook=${encodeURIComponent(url)}`);
    await waitFor(test, id, ({ webhook }) => webhook?.state === 'delivered');
    // Before the first of those that get no answer is given up.
    expect(performance.now() - sent).toBeLessThan(8_000);
    expect(silent.most()).toBeGreaterThan(0);
    expect(silent.most()).toBeLessThanOrEqual(2);
    silent.close();
    there.close();
  });

  it('tells others while all receivers of one caller, however many, never answer', async () => {
    const [silent, there] = await Promise.all([silentReceiver('0.0.0.0'), receiver(0)]);
    const config = { webhookSecret: SECRET, webhookAllow: ['127.0.0.0/8'] };
    const test = await start({ ...(await backend()), ...config });
    // Every address of this machine is another host.
    const hosts = Array.from({ length: 20 }, (_, i) => silent.url.replace('127.0.0.1', `127.0.1.${i + 1}`));
    for (const url of hosts) await send(test, [open], `?webhook=${encodeURIComponent(url)}`);
    await vi.waitFor(() => expect(silent.most()).toBeGreaterThan(2), { timeout: 8_000 });
    const sent = performance.now();
    const payload = { images: [closed.toString('base64')] };
    const url = `/v1/jobs?webhook=${encodeURIComponent(there.url)}`;
    const headers = { authorization: `Bearer ${await addKey(test)}` };
    expect((await test.app.inject({ method: 'POST', url, payload, headers })).statusCode).toBe(202);
    await vi.waitFor(() => expect(there.seen).toHaveLength(1), { timeout: 20_000 });
    // Before the first of those that get no answer is given up.
    expect(performance.now() - sent).toBeLessThan(8_000);
    expect(silent.most()).toBeLessThanOrEqual(WEBHOOKS_AT_ONCE_PER_CALLER);
    silent.close();
    there.close();
  });

  it('keeps the address and the program of who has sent it no longer than they are needed', async () => {
    const config = await backend();
    const { classifier, letGo } = heldAfter(0);
    const test = await start(config, classifier);
    const payload = { images: [open.toString('base64')] };
    const headers = { 'user-agent': 'test/1' };
    const reply = await test.app.inject({ method: 'POST', url: '/v1/jobs', payload, headers });
    const { id } = Value.Parse(JobSummary, reply.json());
    expect(await clientOf(id, config)).toMatchObject({ address: '127.0.0.1', userAgent: 'test/1' });
    letGo();
    const { results } = await waitFor(test, id, isDone);
    expect(await clientOf(id, config)).toMatchObject({ address: '', userAgent: null, keyId: null });
    const [first] = results;
    if (!first || !('verdict' in first)) throw new Error('no prediction');
    expect(await test.log.find(first.id)).toMatchObject({
      client: { address: '127.0.0.1', user_agent: 'test/1' },
    });
  });

  it('is refused for a webhook with control characters', async () => {
    const test = await start({ ...(await backend()), webhookSecret: SECRET });
    const reply = await post(test, [open], '?webhook=http%3A%2F%2F1.1.1.1%2F%00');
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ code: 'WEBHOOK_REFUSED', values: { rule: 'no-http' } });
  });

  it('bounds how many jobs there are, waiting and done, however small their pictures', async () => {
    const { classifier, letGo } = heldAfter(0);
    const test = await start(
      { ...(await backend()), concurrency: 1, jobDiskBytes: 6 * SMALL_JOB },
      classifier,
    );
    const empty = Buffer.alloc(0);
    const ids = [await send(test, [open])];
    for (let i = 0; i < 5; i++) ids.push(await send(test, [empty]));
    expect((await post(test, [empty])).json()).toMatchObject({ code: 'JOBS_FULL' });
    expect(await metricOf(test, 'tampinha_jobs_waiting_bytes')).toBe(6 * LEAST_PICTURE_BYTES);
    expect(await metricOf(test, 'tampinha_jobs_kept_bytes')).toBe(6 * (JOB_BYTES + RESULT_BYTES));
    letGo();
    for (const id of ids) await waitFor(test, id, isDone);
    expect((await post(test, [empty])).json()).toMatchObject({ code: 'JOBS_FULL' });
    expect(await metricOf(test, 'tampinha_jobs_waiting_bytes')).toBe(0);
    expect(await metricOf(test, 'tampinha_jobs_kept_bytes')).toBe(6 * (JOB_BYTES + RESULT_BYTES));
    await test.app.inject({ method: 'DELETE', url: `/v1/jobs/${ids[0]}` });
    await send(test, [empty]);
  });

  it('is refused when the pictures of all jobs fill their room, and leaves nothing behind', async () => {
    const jobDiskBytes = SMALL_JOB + 5;
    const test = await start({ ...(await backend()), jobDiskBytes });
    const reply = await post(test, [open, closed]);
    expect(reply.statusCode).toBe(503);
    expect(reply.headers['retry-after']).toBe('60');
    expect(reply.json()).toMatchObject({ code: 'JOBS_FULL', values: { limit_bytes: jobDiskBytes } });
    expect(await metricOf(test, 'tampinha_jobs_waiting_bytes')).toBe(0);
    expect(await metricOf(test, 'tampinha_jobs_kept_bytes')).toBe(0);
    const id = await send(test, [open]);
    expect((await waitFor(test, id, isDone)).answered).toBe(1);
    await test.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}` });
    await send(test, [closed]);
  });
}

describe('jobs in files', () => {
  const pathOf = (id: string, ...rest: string[]) => join(dataDir, 'jobs', id, ...rest);

  suite(
    async () => ({}),
    async (id) => JSON.parse(await readFile(pathOf(id, 'job.json'), 'utf8')).client,
  );

  /** A job that is done, and the server that has done it ended. */
  async function doneJob(): Promise<Job> {
    const test = await start();
    const job = await waitFor(test, await send(test, [open, closed]), isDone);
    await stop(test);
    return job;
  }

  it('are there after a restart although a result is of a form that is not read any more', async () => {
    const { id, results } = await doneJob();
    const lines = results.map((result) => JSON.stringify(result.index === 0 ? { index: 0 } : result));
    await writeFile(pathOf(id, 'results.jsonl'), lines.map((line) => `${line}\n`).join(''));
    const job = await fetchJob(await start(), id);
    expect(job).toMatchObject({ state: 'done', pictures: 2, answered: 1, results: [{ index: 1 }] });
  });

  it('are not told as without results when these cannot be read', async () => {
    const test = await start();
    const id = await send(test, [open]);
    await waitFor(test, id, isDone);
    await rm(pathOf(id, 'results.jsonl'));
    // A folder is the one file that even root cannot read as one.
    await mkdir(pathOf(id, 'results.jsonl'));
    expect((await test.app.inject({ url: `/v1/jobs/${id}` })).statusCode).toBe(500);
  });

  it('are set aside, and reported, when it cannot be told what they are', async () => {
    const { id } = await doneJob();
    await writeFile(pathOf(id, 'job.json'), '{"id":');
    for (const reports of [1, 0]) {
      let output = '';
      const sink = new PassThrough().setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      const test = await start({}, colourClassifier, pino({ level: 'error' }, sink));
      expect((await test.app.inject({ url: `/v1/jobs/${id}` })).statusCode).toBe(404);
      expect(output.split('\n').filter((line) => line.includes(`${id}.damaged`))).toHaveLength(reports);
      await stop(test);
      expect(await readdir(join(dataDir, 'jobs'))).toEqual([`${id}.damaged`]);
    }
  });

  it('are not deleted because they cannot be read at the moment', async () => {
    const { id } = await doneJob();
    const content = await readFile(pathOf(id, 'job.json'));
    await rm(pathOf(id, 'job.json'));
    await mkdir(pathOf(id, 'job.json'));
    await expect(start()).rejects.toMatchObject({ code: 'EISDIR' });
    await rmdir(pathOf(id, 'job.json'));
    await writeFile(pathOf(id, 'job.json'), content);
    expect(await fetchJob(await start(), id)).toMatchObject({ state: 'done', answered: 2 });
  });

  it('leave alone what is none of theirs', async () => {
    await mkdir(join(dataDir, 'jobs', 'lost+found'), { recursive: true });
    await writeFile(join(dataDir, 'jobs', 'note.txt'), 'do not touch');
    await start();
    expect(await readdir(join(dataDir, 'jobs'))).toEqual(['lost+found', 'note.txt']);
  });

  it.each(['results.jsonl', 'job.json.new'])(
    'end although %s could not be written at first',
    async (file) => {
      const { classifier, letGo } = heldAfter(0);
      const test = await start({}, classifier);
      const id = await send(test, [open, closed]);
      await mkdir(pathOf(id, file));
      letGo();
      // What was looked at again had been answered, and that could not be kept.
      const entries = async () => (await test.log.list({ limit: 10 })).entries;
      await vi.waitFor(async () => expect((await entries()).length).toBeGreaterThan(2), { timeout: 20_000 });
      await rmdir(pathOf(id, file));
      const job = await waitFor(test, id, isDone);
      expect(job).toMatchObject({ answered: 2, refused: 0, results: [{ index: 0 }, { index: 1 }] });
      expect(await metricOf(test, 'tampinha_jobs_waiting_bytes')).toBe(0);
    },
  );

  it('are refused as too many when the disk is full before the first picture', async () => {
    const store = await openFolderJobStore(join(dataDir, 'jobs'), new Date());
    store.begin = async () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const registry = new Registry();
    const jobs = new Jobs({
      ...{ store, dispatch: new InProcessDispatch({ concurrency: 1, unfinished: [] }) },
      predictor: {
        predict: () => Promise.reject(new Error('nothing to look at')),
        recordRefusal: async () => {},
      },
      metrics: { ...createJobMetrics(registry, store), refusals: { inc: () => {} } },
      ...{ memory: new UploadMemory(1_000), clock: systemClock, newId: randomUUIDv7 },
      ...{ diskBytes: 1_000_000, keepMs: 0, deliver: async () => {} },
    });
    const client = { requestId: 'r', address: '', keyId: null, userAgent: null };
    const accepted = jobs.accept((async function* () {})(), { language: 'en', client, webhook: null });
    await expect(accepted).rejects.toMatchObject({ code: 'JOBS_FULL' });
  });

  it('survive a process that is killed', async () => {
    const { classifier, letGo } = heldAfter(2);
    const first = await start({ concurrency: 1 }, classifier);
    const id = await send(first, [open, closed, open, closed]);
    await waitFor(first, id, ({ results }) => results.length === 2);
    // What another process finds at this moment, with a result cut off in the middle of its line.
    const left = join(dataDir, 'left');
    await cp(join(dataDir, 'jobs'), join(left, 'jobs'), { recursive: true });
    await appendFile(join(left, 'jobs', id, 'results.jsonl'), '{"index":2,"verdict":"op');
    // And a picture that has its result and was not deleted yet.
    await writeFile(join(left, 'jobs', id, 'pictures', '0'), open);
    letGo();
    const second = await start({ dataDir: left });
    const { results } = await waitFor(second, id, isDone);
    expect(results.map((result) => 'verdict' in result && result.verdict)).toEqual([
      ...['open', 'closed', 'open', 'closed'],
    ]);
    expect(await readdir(join(left, 'jobs', id, 'pictures'))).toEqual([]);
  });

  it('leave nothing of an upload that broke off', async () => {
    const test = await start();
    const whole = `--b\r\nContent-Disposition: form-data; name="images"; filename="a.png"\r\n\r\n`;
    const payload = Buffer.concat([
      Buffer.from(whole),
      open,
      Buffer.from(`\r\n${whole}`),
      open.subarray(0, 9),
    ]);
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const reply = await test.app.inject({ method: 'POST', url: '/v1/jobs', payload, headers });
    expect(reply.json()).toMatchObject({ code: 'MALFORMED_MULTIPART' });
    expect(await readdir(join(dataDir, 'jobs'))).toEqual([]);
  });

  it('do not keep pictures that have been answered, nor jobs beyond their time', async () => {
    const test = await start();
    const id = await send(test, [open, closed]);
    await waitFor(test, id, isDone);
    expect(await readdir(join(dataDir, 'jobs', id, 'pictures'))).toEqual([]);
    await stop(test);
    const later = await start({ jobKeepMs: 0 });
    expect((await later.app.inject({ url: `/v1/jobs/${id}` })).statusCode).toBe(404);
    expect(await readdir(join(dataDir, 'jobs'))).toEqual([]);
  });

  it.each([
    ['no picture', {}, '', 400, 'NO_FILE'],
    ['too many pictures', { images: Array(1_001).fill('AA==') }, '', 413, 'TOO_MANY_PICTURES'],
    ['an unknown parameter', { images: ['AA=='] }, '?priority=high', 400, 'INVALID_PARAMETER'],
    [
      'a webhook into the inside',
      { images: ['AA=='] },
      '?webhook=http://127.0.0.1:1/',
      400,
      'WEBHOOK_REFUSED',
    ],
  ])('are refused for %s', async (_what, payload, query, status, code) => {
    const test = await start({ webhookSecret: SECRET });
    const reply = await test.app.inject({ method: 'POST', url: `/v1/jobs${query}`, payload });
    expect(reply.statusCode).toBe(status);
    expect(reply.json()).toMatchObject({ code });
  });

  it('say in the log why a webhook could not be delivered', async () => {
    const there = await receiver(1);
    let output = '';
    const sink = new PassThrough().setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const config = { webhookSecret: SECRET, webhookAllow: ['127.0.0.1'] };
    const test = await start(config, colourClassifier, pino({ level: 'warn' }, sink));
    const id = await send(test, [open], `?webhook=${encodeURIComponent(there.url)}`);
    await waitFor(test, id, ({ webhook }) => webhook?.attempts === 1);
    const lines = output.split('\n').filter((line) => line.includes('could not be delivered'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        job: id,
        err: expect.objectContaining({ message: 'the receiver said 503', stack: expect.any(String) }),
      }),
    ]);
    there.close();
  });

  it('have no webhooks without a secret to sign with', async () => {
    const test = await start();
    expect((await post(test, [open], '?webhook=https://example.org/')).json()).toMatchObject({
      code: 'WEBHOOK_REFUSED',
      error: expect.stringContaining('WEBHOOK_SECRET'),
      values: { rule: 'no-secret' },
    });
  });
});

describePostgres('jobs in PostgreSQL', (postgres) => {
  suite(
    async () => ({ databaseUrl: await postgres().createDatabase() }),
    async (id, { databaseUrl = '' }) => {
      const sql = `SELECT record -> 'client' AS client FROM tampinha_jobs WHERE id = '${id}'`;
      const [row] = await postgres().query<{ client: unknown }>(databaseUrl, sql);
      return row?.client;
    },
  );

  it('are refused while the database is away, and go on when it is back', async () => {
    const { classifier, letGo } = heldAfter(1);
    const databaseUrl = await postgres().createDatabase();
    const test = await start({ databaseUrl, concurrency: 1 }, classifier);
    const id = await send(test, [open, closed, open]);
    await waitFor(test, id, ({ results }) => results.length === 1);
    await postgres().stop('immediate');
    const refused = await post(test, [open]);
    expect(refused.statusCode).toBe(503);
    expect(refused.json()).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    letGo();
    await postgres().start();
    for (let status = 0; status !== 200; )
      status = (await test.app.inject({ url: `/v1/jobs/${id}` })).statusCode;
    expect(await waitFor(test, id, isDone)).toMatchObject({ answered: 3, refused: 0 });
  });

  it('are not slowed down by how the work is handed out', async () => {
    const test = await start({ databaseUrl: await postgres().createDatabase(), concurrency: 1 });
    const began = performance.now();
    // Five times what one process is given at once.
    const id = await send(test, Array<Buffer>(40).fill(open));
    expect(await waitFor(test, id, isDone)).toMatchObject({ answered: 40, refused: 0 });
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('are shared by two servers, each picture answered once', async () => {
    const databaseUrl = await postgres().createDatabase();
    const [one, two] = [await start({ databaseUrl }), await start({ databaseUrl })];
    const id = await send(
      one,
      Array.from({ length: 30 }, (_, i) => (i % 2 ? open : closed)),
    );
    const job = await waitFor(two, id, isDone);
    expect(job).toMatchObject({ answered: 30, refused: 0 });
    // Both write into the one log of the database.
    expect((await one.log.list({ limit: 200 })).entries).toHaveLength(30);
  });
});
