// PostgreSQL, then Redis, stopped and started while pictures come in by the clock: what is answered when, and whether
// every answer is in the log afterwards.
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { testRedis } from '../../src/server/redis/test-redis.ts';
import { findPostgres, startPostgres } from '../../src/store/test-postgres.ts';
import { benchPictures, uniqueCopy } from '../serving/pictures.ts';
import { startTampinha } from './targets.ts';

const Reply = Type.Object({ id: Type.Optional(Type.String()), code: Type.Optional(Type.String()) });

export async function outage(seconds: number, rate: number) {
  const programs = findPostgres();
  if (!programs) throw new Error('PostgreSQL is not installed');
  const [postgres, redis] = [await startPostgres(programs), await testRedis()];
  const databaseUrl = await postgres.createDatabase();
  const target = await startTampinha({ env: { DATABASE_URL: databaseUrl, REDIS_URL: redis.url } });
  const ids: string[] = [];
  const rows: object[] = [];
  console.log('| while | sent | answers | slowest, ms |');
  console.log('|---|---|---|---|');
  const phase = async (name: string, change: () => Promise<void>) => {
    await change();
    const row = { while: name, ...(await sendByTheClock(target.url, seconds, rate, ids)) };
    console.log(`| ${name} | ${row.sent} | ${row.answers} | ${row.slowestMs.toFixed(0)} |`);
    rows.push(row);
  };
  await phase('both are there', async () => {});
  await phase('PostgreSQL is stopped', () => postgres.stop('immediate'));
  await phase('PostgreSQL is back', () => postgres.start());
  await phase('Redis is killed', () => redis.kill());
  await phase('Redis is back', () => redis.start());
  await phase('Redis is there and silent', async () => redis.pause());
  await phase('Redis goes on', async () => redis.resume());

  const stored = await postgres.query<{ id: string }>(databaseUrl, 'select id from predictions');
  const known = new Set(stored.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id)).length;
  console.log(`${ids.length} answers, ${missing} not in the log, ${stored.length - known.size} there twice`);
  await target.stop();
  await Promise.all([redis.close(), postgres.remove()]);
  return { rows, answers: ids.length, missing, twice: stored.length - known.size };
}

let sent = 0;

/** An answer that is late does not keep the next question from being asked. Every second picture is new. */
async function sendByTheClock(url: string, seconds: number, rate: number, ids: string[]) {
  const [{ bytes }] = await benchPictures();
  const counts = new Map<string, number>();
  let slowestMs = 0;
  const one = async () => {
    const begun = performance.now();
    sent += 1;
    const body = Uint8Array.from(sent % 2 ? bytes : uniqueCopy(bytes, sent));
    const headers = { 'content-type': 'image/jpeg' };
    const said = await fetch(`${url}/v1/predictions`, { method: 'POST', body, headers }).then(
      async (reply) => {
        const { id, code } = Value.Parse(Reply, await reply.json());
        if (reply.status === 200 && id) ids.push(id);
        return code ? `${reply.status} ${code}` : String(reply.status);
      },
      (error: unknown) => `none (${error})`,
    );
    counts.set(said, (counts.get(said) ?? 0) + 1);
    slowestMs = Math.max(slowestMs, performance.now() - begun);
  };
  const asked: Promise<void>[] = [];
  for (let i = 0; i < seconds * rate; i += 1) {
    asked.push(one());
    await sleep(1_000 / rate);
  }
  await Promise.all(asked);
  const answers = [...counts].map(([said, count]) => `${count} × ${said}`).join(', ');
  return { sent: asked.length, answers, slowestMs };
}
