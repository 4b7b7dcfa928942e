import { DatabaseSync } from 'node:sqlite';
import type { TestPostgres } from './test-postgres.ts';

// For tests: whether a database is sound.

/** What SQLite finds wrong with a database. */
export function sqliteFaults(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('PRAGMA integrity_check').all();
  database.close();
  return rows.map(({ integrity_check }) => String(integrity_check)).filter((line) => line !== 'ok');
}

/** An id may by itself stand in several partitions, and an index differ from its table. */
export async function postgresFaults(postgres: TestPostgres, url: string): Promise<string[]> {
  const twice = await postgres.query<{ id: string }>(
    url,
    'select id from predictions group by id having count(*) > 1',
  );
  await postgres.query(url, 'create extension if not exists amcheck');
  // Fails on what is not sound.
  await postgres.query(
    url,
    `select bt_index_check(pg_class.oid, true) from pg_class join pg_am on pg_am.oid = relam
      where amname = 'btree' and relkind = 'i' and relname like 'predictions%'`,
  );
  return twice.map(({ id }) => `${id} is there twice`);
}
