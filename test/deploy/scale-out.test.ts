// Three real servers behind the real proxy, with the files of deploy/compose, one PostgreSQL and one Redis. The same run
// with more load and its figures: bench/scale-out.ts.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { join, resolve } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { COMPOSE_DIR } from '../../bench/scale-out/compose-file.ts';
import {
  disturbed,
  freshCopy,
  metricOf,
  sharedCache,
  sharedLimit,
  spread,
} from '../../bench/scale-out/measure.ts';
import { findProgram, startProgram } from '../../bench/scale-out/program.ts';
import { replaceAll } from '../../bench/scale-out/proxy.ts';
import { missingPrograms, type Stand, startStand } from '../../bench/scale-out/stand.ts';
import { ErrorBody } from '../../src/contract/error-body.ts';
import { freePort } from '../../src/store/test-port.ts';

/** What Prometheus answers to a query, as far as it is read here. */
const QueryAnswer = Type.Object({
  data: Type.Object({
    result: Type.Array(Type.Object({ value: Type.Tuple([Type.Number(), Type.String()]) })),
  }),
});
const prometheus = findProgram('prometheus');
if (!prometheus) console.warn('prometheus is not installed: that it reads the servers is skipped');

const jpeg = readFileSync(resolve(import.meta.dirname, '../../samples/open-1.jpg'));
/** Five servers are started in all, on a machine that may be busy with other tests. */
const PATIENCE = 300_000;
const missing = missingPrograms();
if (missing.length > 0) console.warn(`The scaled-out run is skipped: no ${missing.join(', ')}`);

describe.skipIf(missing.length > 0)('three servers behind the proxy', () => {
  let stand: Stand;
  let key = '';
  let admin = '';
  beforeAll(async () => {
    stand = await startStand({ REQUEST_DEADLINE_MS: '60000' });
    key = await stand.createKey({ name: 'test', scopes: ['predict'], perMinute: 0 });
    admin = await stand.createKey({ name: 'admin', scopes: ['admin'], perMinute: 0 });
  }, PATIENCE);
  afterAll(() => stand?.close());

  const headers = (more: Record<string, string> = {}) => ({
    authorization: `Bearer ${key}`,
    'content-type': 'image/jpeg',
    ...more,
  });
  const refusalOf = (body: string) => Value.Parse(ErrorBody, JSON.parse(body));

  it('share the pictures of clients who ask at the same time', async () => {
    const before = await spread(stand);
    const ask = () =>
      stand.client.ask({ path: '/v1/predictions', headers: headers(), body: freshCopy(jpeg) });
    const answers = await Promise.all(Array.from({ length: 18 }, ask));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const made = Object.entries(await spread(stand)).map(([name, count]) => count - (before[name] ?? 0));
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(18);
    for (const count of made) expect(count).toBeGreaterThan(2);
  });

  it('look at a picture once for all of them', async () => {
    const { computed, fromRedis, fromMemory } = await sharedCache(stand, key, jpeg, 12);
    expect(computed).toBe(1);
    // The other two have it from Redis once each, from then on from their own memory.
    expect(fromRedis).toBe(2);
    expect(fromMemory).toBe(9);
  });

  it('count the requests of a key together', async () => {
    const { 200: answered = 0, 429: refused = 0 } = await sharedLimit(stand, jpeg, 12, 36);
    expect(answered + refused).toBe(36);
    // Each by itself they would answer all. One that has waited too long for Redis on a busy machine counts by itself
    // for a second; bench/scale-out.ts shows the exact number.
    expect(answered).toBeGreaterThanOrEqual(12);
    expect(answered).toBeLessThan(24);
  });

  it('know clients by their own addresses, whatever they say of themselves', async () => {
    const { body } = await stand.client.ask({
      path: '/v1/predictions',
      headers: headers({ 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' }),
      body: jpeg,
    });
    const [row] = await stand.postgres.query<{ client_address: string }>(
      stand.databaseUrl,
      `select client_address from predictions where id = '${JSON.parse(body).id}'`,
    );
    // As CLIENT_ADDRESS=truncated keeps it.
    expect(row?.client_address).toBe('127.0.0.0');
  });

  it('are asked over HTTP/2, and from the clear over to TLS', async () => {
    const session = connect(`https://127.0.0.1:${stand.https}`, { ca: stand.ca, servername: 'localhost' });
    const stream = session.request({ ':path': '/health/ready' });
    const [answer] = await once(stream, 'response');
    expect(answer[':status']).toBe(200);
    expect(answer['strict-transport-security']).toMatch(/^max-age=/);
    stream.resume();
    session.close();
    const [moved] = await once(
      request({
        host: '127.0.0.1',
        port: stand.http,
        path: '/docs?x=1',
        headers: { host: 'localhost' },
      }).end(),
      'response',
    );
    expect([moved.statusCode, moved.headers.location]).toEqual([308, 'https://localhost/docs?x=1']);
    moved.resume();
  });

  it('show nobody outside what Prometheus reads with its key', async () => {
    expect(await stand.client.ask({ path: '/metrics', headers: headers() })).toMatchObject({ status: 404 });
    for (const replica of stand.replicas)
      expect(await metricOf(replica, stand.metricsKey, 'tampinha_redis_up')).toBe(1);
    // A second start finds the key that works, and leaves it.
    expect(await stand.prepareAgain()).toBe(stand.metricsKey);
  });

  it.skipIf(!prometheus)('are read by Prometheus as it is configured', async () => {
    const port = await freePort();
    const config = await writePrometheusConfiguration(stand, port);
    const storage = `--storage.tsdb.path=${join(stand.folder, 'prometheus')}`;
    const listen = `--web.listen-address=127.0.0.1:${port}`;
    const running = await startProgram([prometheus ?? '', `--config.file=${config}`, storage, listen], port);
    const query = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent('sum(up{job="tampinha"})')}`;
    const up = async () => {
      const { data } = Value.Parse(QueryAnswer, await (await fetch(query)).json());
      return data.result[0]?.value[1];
    };
    await vi.waitFor(async () => expect(await up()).toBe('3'), { timeout: 50_000, interval: 500 });
    await running.stop();
  });

  it('are not changed one without the others', async () => {
    for (const path of ['/v1/models/next/activate', '/v1/models/rollback']) {
      const answer = await stand.client.ask({
        ...{ method: 'POST', path },
        headers: { authorization: `Bearer ${admin}`, 'accept-language': 'pt-BR' },
      });
      expect(answer.status).toBe(403);
      expect(refusalOf(answer.body)).toMatchObject({ code: 'FORBIDDEN', language: 'pt' });
    }
  });

  it('get no more than they take, and the client a refusal of their kind', async () => {
    const tooLarge = { ...headers(), 'content-length': String(400_100_001) };
    const sent = await stand.client.refused({ path: '/v1/predictions', headers: tooLarge });
    expect(sent.status).toBe(413);
    expect(refusalOf(sent.body)).toMatchObject({ code: 'BODY_TOO_LARGE' });
    // Within the proxy's limit it is the server that refuses, and says by how much.
    const picture = await stand.client.ask({
      path: '/v1/predictions',
      headers: headers(),
      body: Buffer.alloc(25_000_001),
    });
    expect(picture.status).toBe(413);
    expect(refusalOf(picture.body)).toMatchObject({
      code: 'FILE_TOO_LARGE',
      values: { limit_bytes: 25_000_000 },
    });
  });

  it('send lines on as they come, from a form that is larger than any buffer', async () => {
    const boundary = 'x'.repeat(30);
    const part = (at: number, bytes: Uint8Array) =>
      Buffer.concat([
        Buffer.from(
          `--${boundary}\r\ncontent-disposition: form-data; name="images"; filename="${at}.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`,
        ),
        bytes,
        Buffer.from('\r\n'),
      ]);
    // A picture whose file goes on for long after its end: read whole, looked at quickly.
    const large = Buffer.concat([jpeg, Buffer.alloc(4_000_000)]);
    const body = Buffer.concat([
      ...Array.from({ length: 6 }, (_, at) => part(at, freshCopy(large))),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    const answer = await stand.client.ask({
      path: '/v1/predictions',
      headers: headers({
        accept: 'application/x-ndjson',
        'content-type': `multipart/form-data; boundary=${boundary}`,
      }),
      body,
    });
    expect(answer.status).toBe(200);
    const lines = answer.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lines.filter(({ verdict }) => verdict)).toHaveLength(6);
  });

  it(
    'are killed, started and replaced without a client noticing',
    async () => {
      const figures = await disturbed(stand, key, jpeg, { clients: 2, pauseSeconds: 1 });
      expect(figures.failures).toEqual([]);
      expect(figures.notOnceInLog).toBe(0);
      expect(Object.keys(figures.models)).toHaveLength(2);
      expect(figures.models).toHaveProperty(stand.nextModel);
      expect(figures.triedAgain).toBeGreaterThan(0);
    },
    PATIENCE,
  );

  it('are told of when none of them is there', async () => {
    await Promise.all(stand.replicas.map((replica) => replica.stop('SIGKILL')));
    for (const path of ['/v1/predictions', '/v1/model']) {
      const body = path === '/v1/predictions' ? jpeg : undefined;
      const answer = await stand.client.ask({ path, headers: headers(), ...(body && { body }) });
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(refusalOf(answer.body)).toMatchObject({ code: 'NOT_READY', retryable: true });
    }
  });
});

/** The file of compose with the places of this machine, asking more often; returns its path. */
async function writePrometheusConfiguration(stand: Stand, port: number): Promise<string> {
  const source = await readFile(join(COMPOSE_DIR, 'prometheus/prometheus.yaml'), 'utf8');
  const hosts = stand.replicas.map(({ name, url }) => [`'${name}:8501'`, `'${new URL(url).host}'`]);
  const path = join(stand.folder, 'prometheus.yaml');
  const text = replaceAll(source, {
    ...Object.fromEntries(hosts),
    "'127.0.0.1:9090'": `'127.0.0.1:${port}'`,
    '/etc/prometheus/keys': stand.folder,
    '/etc/prometheus/alerts': resolve(COMPOSE_DIR, '../observe/alerts'),
    'scrape_interval: 15s': 'scrape_interval: 1s',
  });
  await writeFile(path, text);
  return path;
}
