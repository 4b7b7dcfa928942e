import { Kysely, PostgresDialect } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../migrations/migrate.ts';
import { POSTGRES_MIGRATIONS } from '../migrations/postgres.ts';
import { openStore, type Store } from '../open.ts';
import { toRow } from '../rows.ts';
import type { Tables } from '../tables.ts';
import { answered, id, withoutBrightness } from '../test-entries.ts';
import { describePostgres } from '../test-stores.ts';
import { maintainPartitions } from './partitions.ts';
import { makePool } from './pool.ts';

// What is PostgreSQL's own; what every store does is tested beside the stores.

describePostgres('postgres', (postgres) => {
  /** A merge of partitions that are in order has a sort key, too, but no such step. */
  const SORTING = '->  Sort';
  const NOW = new Date('2026-11-23T12:00:00Z');

  async function withStore<T>(use: (store: Store, url: string) => Promise<T>): Promise<T> {
    const databaseUrl = await postgres().createDatabase();
    const store = await openStore({ dataDir: 'unused', databaseUrl });
    try {
      return await use(store, databaseUrl);
    } finally {
      await store.close();
    }
  }

  const count = async (url: string, table: string): Promise<number> => {
    const [row] = await postgres().query<{ n: number }>(url, `select count(*)::int as n from ${table}`);
    return row?.n ?? -1;
  };

  it('is migrated once by many processes that start together', async () => {
    const databaseUrl = await postgres().createDatabase();
    const stores = await Promise.all(
      Array.from({ length: 6 }, () => openStore({ dataDir: 'unused', databaseUrl })),
    );
    await Promise.all(stores.map(({ log }, n) => log.append(answered(n))));
    await Promise.all(stores.map((store) => store.maintain(NOW, 30)));
    expect((await stores[0]?.log.list({ limit: 10 }))?.entries).toHaveLength(6);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('brings a database of the first version up to date, with what is in its partitions', async () => {
    const databaseUrl = await postgres().createDatabase();
    const pool = makePool({ url: databaseUrl, size: 1, statementMs: 10_000, onError: () => {} });
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    const [first] = Object.entries(POSTGRES_MIGRATIONS);
    await migrate(db, Object.fromEntries(first ? [first] : []));
    await maintainPartitions(db, NOW, null);
    const times = ['1999-01-01T00:00:00.000Z', NOW.toISOString()];
    const before = times.map((created, n) => answered(n, { created }));
    for (const entry of before) {
      const { brightness, ...row } = toRow(entry, String);
      await db.insertInto('predictions').values(row).execute();
    }
    await db.destroy();

    const store = await openStore({ dataDir: 'unused', databaseUrl });
    // A month that gets its partition only now takes over what had lain in the default one.
    await store.maintain(new Date('1999-01-01T00:00:00Z'), null);
    expect(await count(databaseUrl, 'predictions_default')).toBe(0);
    await store.log.append(answered(2, { created: '1999-01-02T00:00:00.000Z' }));
    const found = await Promise.all([0, 1, 2].map((n) => store.log.find(id(n))));
    expect(found).toEqual([
      ...before.map(withoutBrightness),
      answered(2, { created: '1999-01-02T00:00:00.000Z' }),
    ]);
    await store.close();
  });

  it('has a partition for this month and three ahead, and moves there what came before them', () =>
    withStore(async (store, url) => {
      await store.log.append(answered(1, { created: '2026-12-01T00:00:00.000Z' }));
      expect(await count(url, 'predictions_default')).toBe(1);
      expect(await store.maintain(NOW, null)).toEqual({
        made: ['2026_11', '2026_12', '2027_01', '2027_02'],
        dropped: [],
        deleted: 0,
      });
      expect(await count(url, 'predictions_default')).toBe(0);
      expect(await count(url, 'predictions_2026_12')).toBe(1);
      expect(await store.log.find(id(1))).toMatchObject({ created: '2026-12-01T00:00:00.000Z' });
      expect(await store.maintain(NOW, null)).toMatchObject({ made: [] });
      await store.log.append(answered(2, { created: '2026-11-30T23:59:59.999Z' }));
      expect(await count(url, 'predictions_2026_11')).toBe(1);
    }));

  it('takes rows of any time, also of months that have no partition', () =>
    withStore(async (store, url) => {
      await store.maintain(NOW, null);
      const times = ['1999-01-01T00:00:00.000Z', '2026-11-05T00:00:00.000Z', '2200-01-01T00:00:00.000Z'];
      for (const [n, created] of times.entries()) await store.log.append(answered(n, { created }));
      expect(await count(url, 'predictions_default')).toBe(2);
      const { entries } = await store.log.list({ limit: 10 });
      expect(entries.map(({ created }) => created)).toEqual(times.toReversed());
    }));

  it('drops whole months that are over, with what was said about them', () =>
    withStore(async (store, url) => {
      await store.maintain(NOW, null);
      for (const [n, created] of ['2026-10-31', '2026-11-01', '2026-12-01'].entries()) {
        await store.log.append(answered(n, { created: `${created}T00:00:00.000Z` }));
        const said = { label: 'open', comment: null, created: NOW.toISOString(), reviewed: false } as const;
        await store.log.saveFeedback({ prediction: id(n), ...said });
      }
      // On 5 January, the last of November is more than 30 days ago and the first of December is not.
      const report = await store.maintain(new Date('2027-01-05T00:00:00Z'), 30);
      expect(report).toMatchObject({ dropped: ['2026_11'], deleted: 1 });
      const { entries } = await store.log.list({ limit: 10 });
      expect(entries.map(({ id }) => id)).toEqual([id(2)]);
      expect(await count(url, 'feedback')).toBe(1);
      expect(await store.maintain(new Date('2027-01-05T00:00:00Z'), 30)).toMatchObject({
        dropped: [],
        deleted: 0,
      });
    }));

  it('drops each month once although many processes are at it', async () => {
    const databaseUrl = await postgres().createDatabase();
    const open = () => openStore({ dataDir: 'unused', databaseUrl });
    const stores = await Promise.all(Array.from({ length: 6 }, open));
    for (const month of ['01', '05', '09'])
      await stores[0]?.maintain(new Date(`2025-${month}-01T00:00:00Z`), null);
    const reports = await Promise.all(stores.map((store) => store.maintain(NOW, 30)));
    const dropped = reports.flatMap((report) => report.dropped).sort();
    // What one has passed over because another was at it is for the next upkeep.
    expect(new Set(dropped).size).toBe(dropped.length);
    await stores[0]?.maintain(NOW, 30);
    expect(await stores[0]?.maintain(NOW, 30)).toMatchObject({ dropped: [] });
    await Promise.all(stores.map((store) => store.close()));
  });

  it('finds every kind of page in an index, in its order', () =>
    withStore(async (store, url) => {
      await store.maintain(NOW, null);
      await Promise.all(Array.from({ length: 500 }, (_, n) => store.log.append(answered(n))));
      await postgres().query(url, 'analyze');
      const plan = async (where: string, order: string) => {
        const rows = await postgres().query<{ 'QUERY PLAN': string }>(
          `${url}?options=-c%20enable_seqscan%3Doff`,
          `explain select * from predictions where ${where} order by ${order} limit 20`,
        );
        return JSON.stringify(rows);
      };
      for (const column of ['verdict', 'model', 'client_address', 'outcome']) {
        const text = await plan(`${column} = 'x'`, 'created desc, id desc');
        expect([column, text]).toEqual([column, expect.not.stringContaining(SORTING)]);
      }
      expect(await plan('confidence is not null', 'confidence, id')).not.toContain(SORTING);
    }));

  it('refuses while the server is down, and goes on by itself when it is back', async () => {
    const databaseUrl = await postgres().createDatabase();
    const lost: Error[] = [];
    const store = await openStore({
      dataDir: 'unused',
      databaseUrl,
      onConnectionLost: (error) => lost.push(error),
    });
    await store.log.append(answered(1));
    for (const how of ['fast', 'immediate'] as const) {
      await postgres().stop(how);
      const results = await Promise.allSettled([10, 11, 12].map((n) => store.log.append(answered(n))));
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      await expect(store.log.check()).rejects.toThrow();
      await expect(store.log.list({ limit: 1 })).rejects.toThrow();
      await postgres().start();
      await expect.poll(() => store.log.check(), { timeout: 20_000 }).toBeUndefined();
    }
    await store.log.append(answered(2));
    expect((await store.log.list({ limit: 10 })).entries.map((entry) => entry.id)).toEqual([id(2), id(1)]);
    expect(lost.length).toBeGreaterThan(0);
    await store.close();
  });

  it('says what is wrong when it cannot be reached at the start', async () => {
    const nowhere = 'postgres://tampinha@127.0.0.1:1/none';
    await expect(openStore({ dataDir: 'unused', databaseUrl: nowhere })).rejects.toThrow('ECONNREFUSED');
  });
});
