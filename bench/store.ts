// What the log costs: appends a second, how long one takes, and how long it holds up the event loop that answers.
//
//     node bench/store.ts [--seconds 5] [--writers 64] [--rate 200] [--database-url postgres://…]
//
// `in this thread` is node:sqlite called where the requests are answered, the plain way to use it; `sqlite` and
// `postgres` are the stores. Each is measured twice: with so many writers that never rest, and at a steady rate, as a
// server has it that is busy with pictures.
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { LogEntry } from '../src/contract/prediction-list.ts';
import { GroupCommit } from '../src/store/group-commit.ts';
import { openStore } from '../src/store/open.ts';
import { toRow } from '../src/store/rows.ts';
import { answered } from '../src/store/test-entries.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    writers: { type: 'string', default: '64' },
    rate: { type: 'string', default: '200' },
    'database-url': { type: 'string' },
  },
});
const SECONDS = Number(values.seconds);

interface Log {
  append(entry: LogEntry): Promise<void>;
  close(): Promise<void>;
}

function newEntry(): LogEntry {
  const [id, created] = [randomUUIDv7(), new Date().toISOString()];
  return { ...answered(1, { id, created }), id };
}

/** SQLite with the same table, settings and group commit, in the thread that answers. */
async function openHere(folder: string): Promise<Log> {
  const store = await openStore({ dataDir: folder });
  await store.close();
  const database = new DatabaseSync(join(folder, 'tampinha.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  const columns = Object.keys(toRow(newEntry(), String));
  const insert = database.prepare(
    `insert into predictions (${columns}) values (${columns.map(() => '?').join()})`,
  );
  const group = new GroupCommit<LogEntry>(
    async (entries) => {
      database.exec('begin immediate');
      for (const entry of entries) insert.run(...Object.values(toRow(entry, String)));
      database.exec('commit');
    },
    () => false,
  );
  return {
    append: (entry) => group.add(entry),
    close: async () => {
      await group.idle();
      database.close();
    },
  };
}

async function openAs(config: { dataDir: string; databaseUrl?: string }): Promise<Log> {
  const store = await openStore(config);
  await store.maintain(new Date(), null);
  return { append: (entry) => store.log.append(entry), close: () => store.close() };
}

interface Measured {
  readonly appends: number;
  readonly times: number[];
}

async function restless(log: Log, until: number): Promise<Measured> {
  const times: number[] = [];
  const writer = async () => {
    while (performance.now() < until) {
      const begun = performance.now();
      await log.append(newEntry());
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: Number(values.writers) }, writer));
  return { appends: times.length, times };
}

/** Arrivals do not wait for one another, so a slow commit is counted for all that came meanwhile. */
async function steady(log: Log, until: number): Promise<Measured> {
  const times: number[] = [];
  const pending: Promise<void>[] = [];
  const begun = performance.now();
  for (let n = 0; ; n++) {
    const due = begun + (n * 1_000) / Number(values.rate);
    if (due > until) break;
    await sleep(Math.max(0, due - performance.now()));
    pending.push(log.append(newEntry()).then(() => void times.push(performance.now() - due)));
  }
  await Promise.all(pending);
  return { appends: times.length, times };
}

/** How late a timer of 5 ms is: nothing else is answered meanwhile. A loop that never turns is late by all the time. */
function watchLoop(): { stop(): number[] } {
  const late: number[] = [];
  let last = performance.now();
  const note = () => {
    const now = performance.now();
    late.push(Math.max(0, now - last - 5));
    last = now;
  };
  const timer = setInterval(note, 5);
  return {
    stop() {
      clearInterval(timer);
      note();
      return late;
    },
  };
}

function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

async function measure(name: string, open: () => Promise<Log>): Promise<void> {
  const log = await open();
  // The compiler has seen the code, and the file has its first pages.
  await restless(log, performance.now() + 500);
  for (const [load, run] of [
    [`${values.writers} writers`, restless],
    [`${values.rate} a second`, steady],
  ] as const) {
    const loop = watchLoop();
    const before = process.cpuUsage();
    const begun = performance.now();
    const { appends, times } = await run(log, begun + SECONDS * 1_000);
    const seconds = (performance.now() - begun) / 1_000;
    const late = loop.stop();
    const { user, system } = process.cpuUsage(before);
    const cells = [
      ...[name, load, Math.round(appends / seconds)],
      ...[at(times, 0.5), at(times, 0.99), at(late, 0.99), at(late, 1)].map((ms) => ms.toFixed(1)),
      ((user + system) / 1_000 / appends).toFixed(3),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  await log.close();
}

const folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'tampinha-bench-'))));
const [here = '', thread = ''] = folders;
console.log('| log | load | appends/s | p50 ms | p99 ms | loop p99 ms | loop max ms | CPU ms each |');
console.log('|---|---|---|---|---|---|---|---|');
await measure('sqlite in this thread', () => openHere(here));
await measure('sqlite', () => openAs({ dataDir: thread }));
const databaseUrl = values['database-url'];
if (databaseUrl) await measure('postgres', () => openAs({ dataDir: thread, databaseUrl }));
for (const folder of folders) await rm(folder, { recursive: true });
