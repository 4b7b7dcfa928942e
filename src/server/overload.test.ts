import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Value } from 'typebox/value';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ready } from '../contract/health.ts';
import { Golden } from '../model/golden.ts';
import { readConfig } from './config.ts';
import { type RunningServer, startServer } from './start-server.ts';

// More than the server can do, asked of the server as it is run: real processes, a real log, real sockets.

/** Two servers are started, on a machine that may be busy. */
const SLOW = 300_000;

const MODELS = resolve(import.meta.dirname, '../../models');
let dataDir: string;
let jpeg: Buffer;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tampinha-overload-'));
  const golden = Value.Parse(
    Golden,
    JSON.parse(await readFile(join(MODELS, 'default', 'golden.json'), 'utf8')),
  );
  jpeg = Buffer.from(golden.pictures[0]?.base64 ?? '', 'base64');
});
afterAll(() => rm(dataDir, { recursive: true }));

function start(settings: Record<string, string>): Promise<RunningServer> {
  const environment = {
    PORT: '0',
    DATA_DIR: dataDir,
    MODELS_DIR: MODELS,
    CONCURRENCY: '1',
    CACHE_MB: '0',
    REQUEST_DEADLINE_MS: '600000',
  };
  return startServer(readConfig({ ...environment, ...settings }, 2));
}

interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly id?: string; readonly code?: string };
}

async function send({ url }: RunningServer, count: number): Promise<Reply[]> {
  const one = async (): Promise<Reply> => {
    const headers = { 'content-type': 'image/jpeg' };
    const reply = await fetch(`${url}/v1/predictions`, {
      method: 'POST',
      body: Uint8Array.from(jpeg),
      headers,
    });
    return { status: reply.status, retryAfter: reply.headers.get('retry-after'), body: await reply.json() };
  };
  return Promise.all(Array.from({ length: count }, one));
}

it(
  'answers what it takes, refuses the rest with a time to come back, and is normal afterwards',
  async () => {
    const server = await start({ QUEUE_LENGTH: '4' });
    const replies = await send(server, 25);
    const answered = replies.filter(({ status }) => status === 200);
    const refused = replies.filter(({ status }) => status !== 200);
    expect(answered.length).toBeGreaterThanOrEqual(5);
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
      new Set(['503 OVERLOADED']),
    );
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
    for (const { body } of answered)
      expect((await fetch(`${server.url}/v1/predictions/${body.id}`)).status).toBe(200);
    expect((await send(server, 1))[0]?.status).toBe(200);
    await server.close();
  },
  SLOW,
);

it(
  'loses no request that it has accepted when it is asked to end',
  async () => {
    const server = await start({ SHUTDOWN_DELAY_MS: '300' });
    let answered = 0;
    const asked = Array.from({ length: 12 }, async () => {
      const [reply] = await send(server, 1);
      answered += 1;
      return reply;
    });
    // Until every one has been answered, is at work or waits.
    while (answered + 1 + (await waiting(server)) < asked.length) await sleep(5);
    const before = answered;
    const closed = server.close();
    const leaving = await fetch(`${server.url}/health/ready`);
    expect(await leaving.json()).toMatchObject({ code: 'NOT_READY' });
    await closed;
    const replies = await Promise.all(asked);
    expect(before).toBeLessThan(asked.length);
    expect(replies.map((reply) => reply?.status)).toEqual(Array(asked.length).fill(200));

    const again = await start({});
    for (const reply of replies)
      expect((await fetch(`${again.url}/v1/predictions/${reply?.body.id}`)).status).toBe(200);
    await again.close();
  },
  SLOW,
);

async function waiting({ url }: RunningServer): Promise<number> {
  return Value.Parse(Ready, await (await fetch(`${url}/health/ready`)).json()).waiting;
}
