import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answered, id } from '../../store/test-entries.ts';
import { describePostgres } from '../../store/test-stores.ts';
import { readConfig } from '../config.ts';
import { systemClock } from '../system.ts';
import { testApp } from '../test-app.ts';
import { openServerStore } from './open-server-store.ts';

function redJpeg(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: '#d00' } })
    .jpeg()
    .toBuffer();
}

function readable() {
  const sink = new PassThrough();
  let text = '';
  sink.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return { logger: pino({ level: 'info' }, sink), text: () => text };
}

describePostgres('the store of a server', (postgres) => {
  const open = async (settings: Record<string, string>) => {
    const { logger, text } = readable();
    const DATABASE_URL = await postgres().createDatabase();
    const store = await openServerStore(readConfig({ DATABASE_URL, ...settings }, 1), systemClock, logger);
    return { store, text };
  };

  it('refuses what it cannot record, and is whole again with its database', async () => {
    const { store, text } = await open({});
    await postgres().stop('fast');
    await expect(store.log.append(answered(1))).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await expect(store.log.check()).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await postgres().start();
    await store.log.append(answered(2));
    expect(text()).toContain('A connection to the database broke');
    await store.close();
  });

  it('lets answers go that it cannot record if it is told to: they are counted, and its own output has them', async () => {
    const databaseUrl = await postgres().createDatabase();
    const { logger, text } = readable();
    const config = { databaseUrl, logWhenDown: 'answer', clientAddress: 'truncated', auth: 'off' } as const;
    const test = await testApp({ config, logger });
    const ask = async () => {
      const headers = { 'content-type': 'image/jpeg' };
      const remoteAddress = '203.0.113.77';
      const payload = await redJpeg();
      return test.app.inject({ method: 'POST', url: '/v1/predictions', payload, headers, remoteAddress });
    };
    await postgres().stop('fast');
    const reply = await ask();
    expect(reply.statusCode).toBe(200);
    expect((await test.app.inject({ url: '/health/ready' })).statusCode).toBe(200);
    const { body } = await test.app.inject({ url: '/metrics' });
    expect(body).toContain('tampinha_log_lost_total{outcome="answered",reason="unavailable"} 1');
    await postgres().start();
    await expect
      .poll(async () => (await test.log.list({ limit: 1 })).entries, { timeout: 20_000 })
      .toEqual([]);
    const [line = ''] = text()
      .split('\n')
      .filter((one) => one.includes('could not take an entry'));
    const { entry } = JSON.parse(line);
    expect(entry).toMatchObject({ prediction: reply.json(), client: { address: '203.0.113.0' } });
    await test.close();
  });

  it('keeps a server from answering what it could not record, until the database is back', async () => {
    const databaseUrl = await postgres().createDatabase();
    const test = await testApp({ config: { databaseUrl } });
    const payload = await redJpeg();
    const headers = { 'content-type': 'image/jpeg' };
    const ask = () => test.app.inject({ method: 'POST', url: '/v1/predictions', payload, headers });
    const first = await ask();
    expect(first.statusCode).toBe(200);

    await postgres().stop('fast');
    const refused = await Promise.all([ask(), ask(), ask()]);
    for (const reply of refused) {
      expect(reply.statusCode).toBe(503);
      expect(reply.json()).toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true });
      expect(reply.headers['retry-after']).toBe('5');
    }
    for (const url of ['/v1/predictions', '/v1/statistics', `/v1/predictions/${id(1)}`]) {
      const reply = await test.app.inject({ url });
      expect([url, reply.statusCode, reply.json().code]).toEqual([url, 503, 'STORE_UNAVAILABLE']);
      expect(reply.headers['retry-after']).toBe('5');
    }
    expect((await test.app.inject({ url: '/health/ready' })).statusCode).toBe(503);

    await postgres().start();
    await expect.poll(async () => (await ask()).statusCode, { timeout: 20_000 }).toBe(200);
    expect((await test.app.inject({ url: '/health/ready' })).statusCode).toBe(200);
    const { entries } = await test.log.list({ limit: 10 });
    expect(entries.map((entry) => entry.id)).toContain(first.json().id);
    await test.close();
  });

  it('has its partitions from the start', async () => {
    const { store, text } = await open({});
    expect(text()).toContain('The log was looked after');
    await store.close();
  });
});

describe('a database that cannot be opened', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tampinha-store-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is named, its password is not', async () => {
    const config = readConfig({ DATABASE_URL: 'postgres://me:s3cret@127.0.0.1:1/log' }, 1);
    const failure = openServerStore(config, systemClock);
    await expect(failure).rejects.toThrow(/database at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
    await expect(failure).rejects.not.toThrow('s3cret');
  });

  it('is told when it is no database', async () => {
    await writeFile(join(folder, 'tampinha.sqlite'), 'not a database at all, and longer than a header is');
    const config = readConfig({ DATA_DIR: folder }, 1);
    await expect(openServerStore(config, systemClock)).rejects.toThrow('file is not a database');
  });
});
