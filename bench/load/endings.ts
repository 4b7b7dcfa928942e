// A server that ends in the midst of its work, again and again: killed, or asked to. Every answer that a client has got
// is in the log once; and whoever asks to be answered by one that is asked to end gets an answer.
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { createRandom } from '../../src/nn/random.ts';
import { openStore, type StoreConfig } from '../../src/store/open.ts';
import { postgresFaults, sqliteFaults } from '../../src/store/test-faults.ts';
import { findPostgres, startPostgres } from '../../src/store/test-postgres.ts';
import { benchPictures, uniqueCopy } from '../serving/pictures.ts';
import { startTampinha } from './targets.ts';

export type Ending = 'SIGKILL' | 'SIGTERM';
const CLIENTS = 8;
/** Asked to end, it goes on for as long as a load balancer needs to look away. */
const SHUTDOWN_DELAY_MS = '500';

const Answer = Type.Object({ id: Type.String() });
const [picture] = await benchPictures();
const random = createRandom(1);
let sent = 0;

/** What clients saw. */
interface Seen {
  readonly ids: string[];
  refused: number;
  /** Requests that went out and got no answer. */
  broken: number;
}

export async function end(how: Ending, times: number, store?: string) {
  console.log(
    '| log | signal | times | answers received | refused | broken | entries | missing | twice | faults |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  const rows: object[] = [];
  if (store !== 'postgres') {
    const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-ending-'));
    const faults = async () => sqliteFaults(join(dataDir, 'tampinha.sqlite'));
    rows.push(await measure('SQLite', { dataDir }, how, times, faults));
    await rm(dataDir, { recursive: true });
  }
  const programs = findPostgres();
  if (store !== 'sqlite' && programs) {
    const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-ending-'));
    const postgres = await startPostgres(programs);
    const databaseUrl = await postgres.createDatabase();
    const faults = () => postgresFaults(postgres, databaseUrl);
    rows.push(await measure('PostgreSQL', { dataDir, databaseUrl }, how, times, faults));
    await postgres.remove();
    await rm(dataDir, { recursive: true });
  }
  return rows;
}

async function measure(
  log: string,
  config: StoreConfig,
  how: Ending,
  times: number,
  faults: () => Promise<readonly string[]>,
) {
  const seen: Seen = { ids: [], refused: 0, broken: 0 };
  for (let time = 0; time < times; time += 1) await endUnderLoad(config, how, seen);
  const stored = await storedIds(config);
  const missing = seen.ids.filter((id) => !stored.known.has(id)).length;
  const row = {
    ...{ log, signal: how, times, answers: seen.ids.length, refused: seen.refused, broken: seen.broken },
    ...{ entries: stored.entries, missing, twice: stored.entries - stored.known.size },
    faults: (await faults()).length,
  };
  console.log(`| ${Object.values(row).join(' | ')} |`);
  return row;
}

/** After so many answers that it happens at another moment each time. */
async function endUnderLoad(
  { dataDir, databaseUrl = '' }: StoreConfig,
  how: Ending,
  seen: Seen,
): Promise<void> {
  const env = { DATABASE_URL: databaseUrl, SHUTDOWN_DELAY_MS };
  const target = await startTampinha({ dataDir, env });
  const clients = Array.from({ length: CLIENTS }, () => askUntilItEnds(target.url, seen));
  const enough = seen.ids.length + 1 + Math.floor(random() * 100);
  while (seen.ids.length < enough) await sleep(1);
  const status = await target.stop(how);
  await Promise.all(clients);
  if (how === 'SIGTERM' && status !== 0) throw new Error(`The server ended with ${status}`);
}

/** One connection, used until the server closes it or says that it will. Half of the pictures are new. */
async function askUntilItEnds(url: string, seen: Seen): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let last = false; !last; ) {
    sent += 1;
    const body = sent % 2 ? Buffer.from(picture.bytes) : uniqueCopy(picture.bytes, sent);
    last = await ask(url, agent, Buffer.from(body), seen).catch(() => {
      seen.broken += 1;
      return true;
    });
  }
  agent.destroy();
}

/** Whether it was the last answer on this connection. Rejects when there is none. */
function ask(url: string, agent: Agent, body: Buffer, seen: Seen): Promise<boolean> {
  const headers = { 'content-type': 'image/jpeg', 'content-length': body.length };
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const request = httpRequest(
    `${url}/v1/predictions`,
    { method: 'POST', agent, headers },
    async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        if (response.statusCode === 200) seen.ids.push(Value.Parse(Answer, JSON.parse(text)).id);
        else seen.refused += 1;
        resolve(response.headers.connection === 'close');
      } catch (error) {
        reject(error);
      }
    },
  );
  request.on('error', reject).end(body);
  return promise;
}

async function storedIds(config: StoreConfig) {
  const store = await openStore(config);
  const known = new Set<string>();
  let entries = 0;
  let cursor: string | undefined;
  do {
    const page = await store.log.list({ limit: 1_000, cursor });
    for (const { id } of page.entries) known.add(id);
    entries += page.entries.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  await store.close();
  return { known, entries };
}
