// The server killed (SIGKILL) under load again and again: is every answer that a client has got in the log?
//
//     node bench/serving/killed.ts [--rounds 20] [--clients 8] [--store sqlite|postgres]
//
// Each round starts the server as it is run, lets clients send pictures (every other one the same, so that answers
// from the cache are among them) and kills it when a number of answers have arrived, up to a hundred. At the end the
// log is read.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { createRandom } from '../../src/nn/random.ts';
import { openStore, type StoreConfig } from '../../src/store/open.ts';
import { postgresFaults, sqliteFaults } from '../../src/store/test-faults.ts';
import { findPostgres, startPostgres } from '../../src/store/test-postgres.ts';
import { benchPictures, uniqueCopy } from './pictures.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    clients: { type: 'string', default: '8' },
    store: { type: 'string' },
  },
});
const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');
const Answer = Type.Object({ id: Type.String() });
const random = createRandom(1);
const [picture] = await benchPictures();
let sent = 0;

/** Starts the server; resolves with where it answers. */
async function startServer({ dataDir, databaseUrl = '' }: StoreConfig) {
  const settings = { PORT: '0', DATA_DIR: dataDir, DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent' };
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...process.env, ...settings, RATE_LIMIT_PER_MINUTE: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface(child.stderr)) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (url) return { child, url };
    console.error(line);
  }
  throw new Error('The server did not start');
}

/** Sends pictures one after the other until the server is gone; the ids of the answers that arrived whole. */
async function askUntilGone(url: string, ids: string[]): Promise<void> {
  const headers = { 'content-type': 'image/jpeg' };
  for (;;) {
    sent += 1;
    const body = Uint8Array.from(sent % 2 ? picture.bytes : uniqueCopy(picture.bytes, sent));
    try {
      const reply = await fetch(`${url}/v1/predictions`, { method: 'POST', body, headers });
      const answer: unknown = await reply.json();
      if (reply.status === 200) ids.push(Value.Parse(Answer, answer).id);
    } catch {
      return;
    }
  }
}

async function killedUnderLoad(config: StoreConfig): Promise<string[]> {
  const { child, url } = await startServer(config);
  const ids: string[] = [];
  const clients = Array.from({ length: Number(values.clients) }, () => askUntilGone(url, ids));
  const enough = 1 + Math.floor(random() * 100);
  while (ids.length < enough) await sleep(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await Promise.all(clients);
  return ids;
}

async function measure(name: string, config: StoreConfig, faults: () => Promise<readonly string[]>) {
  const answered: string[] = [];
  for (let round = 0; round < Number(values.rounds); round++)
    answered.push(...(await killedUnderLoad(config)));
  const stored = new Set<string>();
  let entries = 0;
  let cursor: string | undefined;
  const store = await openStore(config);
  do {
    const page = await store.log.list({ limit: 1_000, cursor });
    for (const { id } of page.entries) stored.add(id);
    entries += page.entries.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  await store.close();
  const missing = answered.filter((id) => !stored.has(id)).length;
  const cells = [name, values.rounds, answered.length, entries, missing, entries - stored.size];
  console.log(`| ${[...cells, (await faults()).length].join(' | ')} |`);
}

console.log('| log | killed | answers received | entries | missing | twice | faults of the database |');
console.log('|---|---|---|---|---|---|---|');
if (values.store !== 'postgres') {
  const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-killed-'));
  await measure('SQLite', { dataDir }, async () => sqliteFaults(join(dataDir, 'tampinha.sqlite')));
  await rm(dataDir, { recursive: true });
}
const programs = findPostgres();
if (values.store !== 'sqlite' && programs) {
  const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-killed-'));
  const postgres = await startPostgres(programs);
  const databaseUrl = await postgres.createDatabase();
  await measure('PostgreSQL', { dataDir, databaseUrl }, () => postgresFaults(postgres, databaseUrl));
  await postgres.remove();
  await rm(dataDir, { recursive: true });
}
