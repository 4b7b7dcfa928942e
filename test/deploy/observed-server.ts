// The server as it is run, with Redis and a challenger, after everything that it measures has happened at least once.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { startTampinha } from '../../bench/load/targets.ts';
import { Golden } from '../../src/model/golden.ts';
import { testRedis } from '../../src/server/redis/test-redis.ts';
import { ROOT } from './observe-files.ts';

export interface ObservedServer {
  /** Host and port. */
  readonly address: string;
  metrics(): Promise<string>;
  /** A picture that was asked about before, one that was not, and something that is no picture. */
  load(): Promise<void>;
  stop(): Promise<void>;
}

export async function startObserved(): Promise<ObservedServer> {
  const [redis, receiver] = await Promise.all([testRedis(), startReceiver()]);
  const env = {
    ...{ CONCURRENCY: '1', REDIS_URL: redis.url, LOG_LEVEL: 'silent', AUTH: 'auto' },
    ...{ KEEP_PICTURES: 'true', LOG_WHEN_DOWN: 'answer' },
    ...{ SHADOW_MODEL: 'default', SHADOW_PERCENT: '100' },
    ...{ WEBHOOK_SECRET: 'a secret of this test only', WEBHOOK_ALLOW: '127.0.0.1' },
  };
  const server = await startTampinha({ env });
  const pictures = await goldenPictures();
  let copies = 0;
  /** What follows a picture's end is ignored, but makes it another file. */
  const copyOf = (picture: Uint8Array) => {
    copies += 1;
    return Buffer.concat([picture, Buffer.from(` ${copies}`)]);
  };
  const post = async (path: string, body: Uint8Array, type: string) => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(body),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const load = async () => {
    const [first = Buffer.alloc(0)] = pictures;
    await post('/v1/predictions', first, 'image/jpeg');
    for (const picture of pictures) await post('/v1/predictions', copyOf(picture), 'image/jpeg');
    await post('/v1/predictions', Buffer.from('no picture'), 'image/jpeg');
  };
  await load();
  for (const path of ['/health/ready', '/v2/health/ready', '/metrics'])
    await (await fetch(`${server.url}${path}`)).arrayBuffer();
  const [, , third = Buffer.alloc(0)] = pictures;
  // Two that ask at the same time: one looks, the other joins.
  const twice = copyOf(third);
  await Promise.all([1, 2].map(() => post('/v1/predictions', twice, 'image/jpeg')));
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(third)], { type: 'image/jpeg' }), 'b.jpg');
  await (await fetch(`${server.url}/classificar`, { method: 'POST', body: form })).arrayBuffer();
  const tensor = {
    name: 'image',
    shape: [1],
    datatype: 'BYTES',
    data: [Buffer.from(third).toString('base64')],
  };
  await post(
    '/v2/models/bottle/infer',
    Buffer.from(JSON.stringify({ inputs: [tensor] })),
    'application/json',
  );
  const job = Buffer.from(JSON.stringify({ images: [Buffer.from(third).toString('base64')] }));
  await post(`/v1/jobs?webhook=${encodeURIComponent(receiver.url)}`, job, 'application/json');
  await receiver.told;
  return {
    address: new URL(server.url).host,
    metrics: async () => (await fetch(`${server.url}/metrics`)).text(),
    load,
    async stop() {
      await server.stop();
      await Promise.all([redis.close(), receiver.close()]);
    },
  };
}

/** Whoever wants to be told that a job is done. */
async function startReceiver() {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.end());
  }).listen(0, '127.0.0.1');
  const told = once(server, 'request');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    told,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function goldenPictures(): Promise<Uint8Array[]> {
  const text = await readFile(join(ROOT, 'models/default/golden.json'), 'utf8');
  return Value.Parse(Golden, JSON.parse(text)).pictures.map(({ base64 }) => Buffer.from(base64, 'base64'));
}
