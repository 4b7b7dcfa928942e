import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classificacao, Prediction } from '../contract/prediction.ts';
import { Golden } from '../model/golden.ts';
import { readConfig } from './config.ts';
import { type RunningServer, startServer } from './start-server.ts';

// The server as it is run: the bundled model, a real log, a real port.

const MODELS = resolve(import.meta.dirname, '../../models');
let dataDir: string;
let server: RunningServer;
let logged = '';
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tampinha-start-'));
  const sink = new PassThrough();
  sink.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  server = await start({}, pino({ level: 'trace' }, sink));
});
afterAll(() => rm(dataDir, { recursive: true }));

function start(settings: Record<string, string> = {}, logger?: Parameters<typeof startServer>[1]) {
  return startServer(
    readConfig({ PORT: '0', DATA_DIR: dataDir, MODELS_DIR: MODELS, ...settings }, 2),
    logger,
  );
}

async function goldenPicture(): Promise<Uint8Array<ArrayBuffer>> {
  const text = await readFile(join(MODELS, 'default', 'golden.json'), 'utf8');
  const [first] = Value.Parse(Golden, JSON.parse(text)).pictures;
  return Uint8Array.from(Buffer.from(first?.base64 ?? '', 'base64'));
}

async function predict(): Promise<Prediction> {
  const headers = { 'content-type': 'image/png' };
  const reply = await fetch(`${server.url}/v1/predictions`, {
    method: 'POST',
    body: await goldenPicture(),
    headers,
  });
  return Value.Parse(Prediction, await reply.json());
}

it('answers for a picture with the bundled model, by either route alike', async () => {
  const form = new FormData();
  form.append('image', new Blob([await goldenPicture()]), 'garrafa.png');
  const reply = await fetch(`${server.url}/classificar`, { method: 'POST', body: form });
  const classificacao = Value.Parse(Classificacao, await reply.json());
  const prediction = await predict();
  expect(prediction).toMatchObject({ p_open: classificacao.p_open, bottles: classificacao.bottles });
  expect(prediction.p_open).toBeGreaterThan(0);
  expect(prediction.p_open).toBeLessThan(1);
});

it('lets another model answer and says which does', async () => {
  const post = async (path: string) => {
    const reply = await fetch(`${server.url}/v1/models/${path}`, { method: 'POST' });
    return { status: reply.status, body: await reply.json() };
  };
  const { model } = await predict();
  // A folder may be activated anew, as when its files were replaced.
  expect(await post('default/activate')).toMatchObject({
    status: 200,
    body: { id: model, folder: 'default', active: true, aliases: ['champion'] },
  });
  expect((await predict()).model).toBe(model);
  expect(await post('absent/activate')).toMatchObject({ status: 404, body: { code: 'MODEL_NOT_FOUND' } });
  expect(await post('..%2Fdefault/activate')).toMatchObject({
    status: 400,
    body: { code: 'INVALID_PARAMETER' },
  });
  expect(await post('rollback')).toMatchObject({ status: 409, body: { code: 'NO_PREVIOUS_MODEL' } });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('tampinha_worker_processes{role="champion"} 2');
  expect(metrics).toContain(`tampinha_model_info{model="${model}",folder="default"`);
});

it('writes no secret into its log', async () => {
  const headers = { authorization: 'Bearer s3cret', cookie: 'a=s3cret', 'x-api-key': 's3cret' };
  await fetch(`${server.url}/v1/model`, { headers });
  await fetch(`${server.url}/v1/predictions`, { method: 'POST', headers });
  expect(logged).toContain('/v1/model');
  expect(logged).not.toContain('s3cret');
});

it('does not start without a sound model, or on a port that is taken', async () => {
  await expect(start({ MODEL: 'no-such-model' })).rejects.toThrow('no-such-model');
  await expect(start({ PORT: new URL(server.url).port })).rejects.toThrow('EADDRINUSE');
});

it('ends when it cannot start, although it had begun to look for Redis', async () => {
  const folder = join(dataDir, 'no-room-for-jobs');
  await mkdir(folder);
  // Where the folder of the jobs should be.
  await writeFile(join(folder, 'jobs'), '');
  const main = resolve(import.meta.dirname, '../cli/main.ts');
  const settings = { PORT: '0', DATA_DIR: folder, CONCURRENCY: '1', REDIS_URL: 'redis://127.0.0.1:1' };
  const started = promisify(execFile)(process.execPath, [main, 'serve'], {
    env: { ...process.env, ...settings },
    timeout: 40_000,
  });
  await expect(started).rejects.toMatchObject({
    ...{ killed: false, stderr: expect.stringContaining('EEXIST') },
  });
});

it('shares its port with another server when both are told to', async () => {
  const settings = { REUSE_PORT: 'true', CONCURRENCY: '1', DATA_DIR: join(dataDir, 'first') };
  const first = await start(settings);
  const { port } = new URL(first.url);
  const second = await start({ ...settings, PORT: port, DATA_DIR: join(dataDir, 'second') });
  expect(second.url).toBe(first.url);
  await first.close();
  expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
  await second.close();
});

it('ends in spite of a connection that outstays its patience, and has everything when it starts again', async () => {
  const { id } = await predict();
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  const cut = once(socket, 'close');
  socket.write(
    'POST /v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\nabc',
  );
  // What was sent before this request has been accepted when this one is answered.
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  await server.close(50);
  await cut;

  server = await start();
  expect((await fetch(`${server.url}/v1/predictions/${id}`)).status).toBe(200);
  await server.close();
});
