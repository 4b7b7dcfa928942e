// Servers as processes: asked to end in the midst of work, and several on one database and one Redis.
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeJpeg } from '../decode/index.ts';
import { redisIsHere, type TestRedis, testRedis } from '../server/redis/test-redis.ts';
import { newApiKey } from '../server/security/api-key.ts';
import { openStore } from '../store/open.ts';
import { findPostgres, startPostgres, type TestPostgres } from '../store/test-postgres.ts';
import { createImage } from '../vision/rgb-image.ts';
import { type Serving, startServing } from './test-serve.ts';

/** Processes are started, on a machine that may be busy. */
const SLOW = 300_000;

let dataDir: string;
let serving: Serving[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tampinha-serve-'));
});
afterEach(async () => {
  for (const { signal } of serving) signal('SIGKILL');
  await Promise.all(serving.map(({ ended }) => ended));
  serving = [];
  await rm(dataDir, { recursive: true });
});

async function start(settings: Readonly<Record<string, string>>): Promise<Serving> {
  const server = await startServing({ DATA_DIR: dataDir, CONCURRENCY: '1', ...settings });
  serving.push(server);
  return server;
}

const picture = async (shade = 200) => Buffer.from(await encodeJpeg(createImage(64, 48, [shade, 40, 40])));

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly id: string;
}

/** Rejects when the connection breaks without an answer. */
function ask(url: string, agent: Agent, body: Buffer): Promise<Answer> {
  const headers = { 'content-type': 'image/jpeg', 'content-length': body.length };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = httpRequest(
    `${url}/v1/predictions`,
    { method: 'POST', agent, headers },
    async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      const { id }: { id: string } = JSON.parse(text);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, id });
    },
  );
  request.on('error', reject).end(body);
  return promise;
}

it('answers everything that it was asked before it ends, under load, and has it in its log', {
  timeout: SLOW,
}, async () => {
  const server = await start({ SHUTDOWN_DELAY_MS: '500', CACHE_MB: '0' });
  const body = await picture();
  const answers: Answer[] = [];
  // Each asks again and again on one connection, until the server says that this was the last answer on it.
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let last = false; !last; ) {
      const answer = await ask(server.url, agent, body);
      answers.push(answer);
      last = answer.headers.connection === 'close';
    }
    agent.destroy();
  };
  const clients = Promise.all(Array.from({ length: 8 }, client));
  while (answers.length < 30) await sleep(5);
  server.signal('SIGTERM');
  await clients;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await server.ended).toBe(0);

  const store = await openStore({ dataDir });
  for (const { id } of answers) expect(await store.log.find(id)).toMatchObject({ outcome: 'answered' });
  await store.close();
});

const programs = findPostgres();

describe.skipIf(!redisIsHere || !programs)('several servers on one database and one Redis', () => {
  let postgres: TestPostgres;
  let redis: TestRedis;
  let database: string;
  beforeEach(async () => {
    postgres = await startPostgres(programs ?? '');
    redis = await testRedis();
    database = await postgres.createDatabase();
  });
  afterEach(async () => {
    await redis.close();
    await postgres.remove();
  });

  const two = async (settings: Readonly<Record<string, string>>) => {
    // On a busy machine Redis takes its time, too.
    const common = { DATABASE_URL: database, REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '20000', ...settings };
    return Promise.all(['a', 'b'].map((name) => start({ ...common, DATA_DIR: join(dataDir, name) })));
  };

  async function addKey(perMinute: number) {
    const store = await openStore({ dataDir, databaseUrl: database });
    const { text, prefix, hash } = newApiKey(randomBytes);
    const id = randomUUIDv7();
    const created = new Date().toISOString();
    await store.keys.create({
      id,
      name: 'x',
      prefix,
      hash,
      scopes: ['predict'],
      created,
      expires: null,
      perMinute,
    });
    return {
      headers: { authorization: `Bearer ${text}` },
      revoke: () => store.keys.revoke(id, new Date().toISOString()),
      close: () => store.close(),
    };
  }

  it('a key may ask as often as it may in all, and a revoked one is refused by each', {
    timeout: SLOW,
  }, async () => {
    const servers = await two({ AUTH: 'required' });
    const [limited, revoked] = [await addKey(25), await addKey(0)];
    const statuses = ({ headers }: { headers: Record<string, string> }, times: number) =>
      Promise.all(
        Array.from({ length: times }, async (_, i) => {
          const { url } = servers[i % servers.length] ?? servers[0] ?? { url: '' };
          return (await fetch(`${url}/v1/models`, { headers })).status;
        }),
      );
    const counted = await statuses(limited, 60);
    expect(counted.filter((status) => status === 200)).toHaveLength(25);
    expect(counted.filter((status) => status === 429)).toHaveLength(35);

    expect(await statuses(revoked, 4)).toEqual([200, 200, 200, 200]);
    await revoked.revoke();
    await expect.poll(() => statuses(revoked, 2), { timeout: 5_000 }).toEqual([401, 401]);
    await Promise.all([limited, revoked].map((key) => key.close()));
  });

  it('know what another has seen, go on without Redis, and refuse and return with the database', {
    timeout: SLOW,
  }, async () => {
    const [one, other] = await two({});
    const send = async (server: Serving | undefined, shade: number) => {
      const reply = await fetch(`${server?.url}/v1/predictions`, {
        method: 'POST',
        body: Uint8Array.from(await picture(shade)),
        headers: { 'content-type': 'image/jpeg' },
      });
      const { code = '' }: { code?: string } = await reply.json();
      return { status: reply.status, cache: reply.headers.get('x-cache'), code };
    };
    await expect
      .poll(
        async () => (await metric(one, 'tampinha_redis_up')) + (await metric(other, 'tampinha_redis_up')),
        { timeout: 20_000 },
      )
      .toBe(2);
    expect(await send(one, 100)).toMatchObject({ status: 200, cache: 'miss' });
    expect(await send(other, 100)).toMatchObject({ status: 200, cache: 'hit' });

    await redis.kill();
    expect(await send(one, 140)).toMatchObject({ status: 200, cache: 'miss' });
    expect(await send(other, 140)).toMatchObject({ status: 200, cache: 'miss' });
    await redis.start();

    await postgres.stop('immediate');
    expect(await send(one, 180)).toMatchObject({ status: 503, code: 'LOG_UNAVAILABLE' });
    await postgres.start();
    for (const server of [one, other])
      await expect.poll(async () => (await send(server, 180)).status, { timeout: 20_000 }).toBe(200);
  });
});

async function metric(server: Serving | undefined, name: string): Promise<number> {
  const text = await (await fetch(`${server?.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}
