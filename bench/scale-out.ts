// Three servers behind the proxy of deploy/compose, on one PostgreSQL and one Redis, all on this machine:
//
//     node bench/scale-out.ts [--clients 6] [--pictures 300] [--pause 5]
//
// Are requests spread, is a picture looked at once for all of them, is there one rate limit, and does a client notice
// that a server is killed or replaced? Needs nginx, PostgreSQL and Redis of Debian's packages.
import { parseArgs } from 'node:util';
import { disturbed, freshCopy, sharedCache, sharedLimit, spread } from './scale-out/measure.ts';
import { missingPrograms, type Stand, startStand } from './scale-out/stand.ts';
import { benchPictures } from './serving/pictures.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '6' },
    pictures: { type: 'string', default: '300' },
    pause: { type: 'string', default: '5' },
  },
});
const LIMIT = 50;

const missing = missingPrograms();
if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`);
const [{ name, bytes }] = await benchPictures();
const stand = await startStand();
try {
  const key = await stand.createKey({ name: 'bench', scopes: ['predict'], perMinute: 0 });
  const rows = [
    ...(await spreadRows(stand, key, Number(values.pictures))),
    ...(await sharedRows(stand, key)),
    ...(await disturbedRows(stand, key)),
    ['connections to PostgreSQL at the end', String(await connections(stand))],
  ];
  console.log(`Pictures of ${name}.\n\n| what | figure |\n|---|---|`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
} finally {
  await stand.close();
}

async function spreadRows({ client }: Stand, key: string, pictures: number): Promise<string[][]> {
  const before = await spread(stand);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' };
  let left = pictures;
  const asking = Array.from({ length: 8 }, async () => {
    while (left > 0) {
      left -= 1;
      const { status, body } = await client.ask({ path: '/v1/predictions', headers, body: freshCopy(bytes) });
      if (status !== 200) throw new Error(`${status}: ${body}`);
    }
  });
  await Promise.all(asking);
  const after = await spread(stand);
  const shares = Object.entries(after).map(([server, made]) => `${server} ${made - (before[server] ?? 0)}`);
  return [[`${pictures} new pictures from 8 clients, by server`, shares.join(', ')]];
}

async function sharedRows(stand: Stand, key: string): Promise<string[][]> {
  const { computed, fromRedis, fromMemory } = await sharedCache(stand, key, bytes, 60);
  const statuses = await sharedLimit(stand, bytes, LIMIT, 3 * LIMIT);
  return [
    [
      'the same new picture 60 times',
      `looked at ${computed} time, from Redis ${fromRedis}, from a server’s memory ${fromMemory}`,
    ],
    [`${3 * LIMIT} requests with a key that has ${LIMIT} a minute`, inWords(statuses)],
  ];
}

async function disturbedRows(stand: Stand, key: string): Promise<string[][]> {
  const clients = Number(values.clients);
  const figures = await disturbed(stand, key, bytes, { clients, pauseSeconds: Number(values.pause) });
  for (const failure of figures.failures.slice(0, 5)) console.error(failure);
  const events = figures.events.map(([seconds, what]) => `${seconds.toFixed(0)} s: ${what}`);
  return [
    [`new pictures from ${clients} clients, while`, events.join('; ')],
    ['answers by status', inWords(figures.statuses)],
    ['answers by model', inWords(figures.models)],
    ['sent to a second server by the proxy', String(figures.triedAgain)],
    ['answered ids not in the log exactly once', String(figures.notOnceInLog)],
    ['time of an answer', quantiles(figures.times)],
  ];
}

async function connections({ postgres, databaseUrl }: Stand): Promise<number> {
  const rows = await postgres.query(
    databaseUrl,
    "select from pg_stat_activity where application_name like 'tampinha%'",
  );
  return rows.length;
}

function inWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, times]) => `${times} × ${what}`)
    .join(', ');
}

function quantiles(sorted: readonly number[]): string {
  const at = (share: number) =>
    `${Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN)} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`;
}
