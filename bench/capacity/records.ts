// How large a row of the log is in PostgreSQL, with its indexes, and an answer in Redis: from an answer of the real server.
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { LogEntry } from '../../src/contract/prediction-list.ts';
import { testRedis } from '../../src/server/redis/test-redis.ts';
import { openStore } from '../../src/store/open.ts';
import { findPostgres, startPostgres } from '../../src/store/test-postgres.ts';
import { startTampinha } from '../load/targets.ts';
import { benchPictures } from '../serving/pictures.ts';
import { post } from './open-loop.ts';

const ROWS = 20_000;
const PICTURES = 20;

export async function measureRecords(): Promise<void> {
  const programs = findPostgres();
  if (!programs) throw new Error('PostgreSQL is not installed');
  const [postgres, redis] = await Promise.all([startPostgres(programs), testRedis()]);
  const databaseUrl = await postgres.createDatabase();
  const [{ bytes }] = await benchPictures();
  const server = await startTampinha({ env: { DATABASE_URL: databaseUrl, REDIS_URL: redis.url } });
  for (let n = 0; n < PICTURES; n += 1) await post(server, bytes);
  await server.stop();

  const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-rows-'));
  const store = await openStore({ dataDir, databaseUrl });
  const [written] = (await store.log.list({ limit: 1 })).entries;
  if (!written) throw new Error('The server has written no row');
  for (let n = 0; n < ROWS; n += 500)
    await Promise.all(Array.from({ length: 500 }, () => store.log.append(copyOf(written))));
  await store.close();
  await rm(dataDir, { recursive: true });

  const [size] = await postgres.query<{ rows: string; bytes: string }>(
    databaseUrl,
    `select (select count(*) from predictions) as rows, sum(pg_total_relation_size(relid)) as bytes
     from pg_partition_tree('predictions')`,
  );
  console.log(
    `${size?.rows} rows in PostgreSQL: ${Math.round(Number(size?.bytes) / Number(size?.rows))} bytes each`,
  );
  console.log(`an answer in Redis: ${await bytesInRedis(redis.url)} bytes`);
  await Promise.all([postgres.remove(), redis.close()]);
}

function copyOf(entry: LogEntry): LogEntry {
  const id = randomUUIDv7();
  return { ...entry, id, prediction: entry.prediction && { ...entry.prediction, id } };
}

/** The mean over what the server has left there; the name and Redis's own structures are in it. */
async function bytesInRedis(url: string): Promise<number> {
  const redis = new Redis(url);
  const names = await redis.keys('tampinha:answer:*');
  const sizes = await Promise.all(names.map((name) => redis.memory('USAGE', name)));
  redis.disconnect();
  return Math.round(sizes.reduce<number>((sum, size) => sum + Number(size), 0) / names.length);
}
