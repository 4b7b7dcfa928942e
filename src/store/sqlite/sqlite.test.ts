import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from '../migrations/migrate.ts';
import { SQLITE_MIGRATIONS } from '../migrations/sqlite.ts';
import { openStore } from '../open.ts';
import { toRow } from '../rows.ts';
import type { Tables } from '../tables.ts';
import { answered, id, withoutBrightness } from '../test-entries.ts';
import { threadDialect } from './dialect.ts';
import { SqliteThread } from './thread.ts';

// What is SQLite's own; what every store does is tested beside the stores.

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tampinha-sqlite-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

it('finds every kind of page in an index, in its order', async () => {
  await (await openStore({ dataDir })).close();
  const database = new DatabaseSync(join(dataDir, 'tampinha.sqlite'));
  const plan = (where: string, order: string) =>
    database
      .prepare(`explain query plan select * from predictions where ${where} order by ${order} limit 20`)
      .all()
      .map(({ detail }) => detail)
      .join('; ');
  const newest = 'created desc, id desc';
  for (const column of ['verdict', 'model', 'client_address', 'outcome']) {
    expect(plan(`${column} = 'x'`, newest)).toBe(
      `SEARCH predictions USING INDEX predictions_by_${column} (${column}=?)`,
    );
  }
  expect(plan("(created, id) < ('a', 'b')", newest)).toContain('USING INDEX predictions_by_created');
  const unsure = plan(
    'confidence is not null and not exists (select prediction from feedback where prediction = id)',
    'confidence, id',
  );
  expect(unsure).toContain('USING INDEX predictions_by_confidence');
  expect(unsure).not.toContain('TEMP');
  database.close();
});

it('is migrated once by several processes that start together', async () => {
  const stores = await Promise.all([1, 2, 3].map(() => openStore({ dataDir })));
  await Promise.all(stores.map(({ log }, n) => log.append(answered(n))));
  expect((await stores[0]?.log.list({ limit: 10 }))?.entries).toHaveLength(3);
  await Promise.all(stores.map((store) => store.close()));
});

it('brings a database of the first version up to date, with what is in it', async () => {
  const thread = new SqliteThread({ path: join(dataDir, 'tampinha.sqlite'), readOnly: false });
  const db = new Kysely<Tables>({ dialect: threadDialect(thread) });
  const first = Object.entries(SQLITE_MIGRATIONS).filter(([name]) => name < '0003');
  await migrate(db, Object.fromEntries(first));
  const { cached, brightness, ...row } = toRow(answered(1), String);
  await db.insertInto('predictions').values(row).execute();
  const said = {
    prediction: id(1),
    label: 'closed',
    comment: null,
    created: '2026-11-23T01:00:00.000Z',
  } as const;
  await sql`insert into feedback values (${id(1)}, 'closed', null, ${said.created})`.execute(db);
  await db.destroy();

  const store = await openStore({ dataDir });
  expect(await store.log.find(id(1))).toEqual(withoutBrightness(answered(1)));
  await store.log.append(answered(2));
  expect(await store.log.find(id(2))).toEqual(answered(2));
  const { items } = await store.insights.reviewQueue({ limit: 10 });
  expect(items[0]).toMatchObject({ disputed: true, feedback: { ...said, reviewed: false } });
  await store.close();
});

it('has a thread that says what is wrong, and another one after it has died', async () => {
  const folder = join(dataDir, 'later');
  const thread = new SqliteThread({ path: join(folder, 'database'), readOnly: false });
  await expect(thread.query('select 1 as one', [])).rejects.toThrow('unable to open database file');
  await mkdir(folder);
  expect((await thread.query('select 1 as one', [])).rows).toEqual([{ one: 1 }]);
  await expect(thread.query('select * from nothing', [])).rejects.toMatchObject({ resultCode: 1 });
  await thread.close();
});

it('is read without being written by the thread that answers questions', async () => {
  await (await openStore({ dataDir })).close();
  const thread = new SqliteThread({ path: join(dataDir, 'tampinha.sqlite'), readOnly: true });
  await expect(thread.query('delete from feedback', [])).rejects.toThrow('readonly');
  await thread.close();
});
