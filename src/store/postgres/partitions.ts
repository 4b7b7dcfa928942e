import { type Kysely, sql, type Transaction } from 'kysely';
import type { Upkeep } from '../database.ts';
import type { Tables } from '../tables.ts';
import { type Month, monthOf, monthsFrom, tableOf } from './months.ts';

// One partition a month. Those of the coming months are made ahead; a row that still finds none goes into the default
// partition, and moves when its month gets one.

const AHEAD = 3;
/** Locks that others wait behind are not waited for: the next upkeep tries again. */
const LOCK_TIMEOUT = '2s';
/** Any number that nothing else in this database locks. */
const UPKEEP_LOCK = 7_405_926_118;
const BATCH = 5_000;

/** Does nothing while another process is at it. */
export async function maintainPartitions(
  db: Kysely<Tables>,
  now: Date,
  keepFrom: Date | null,
): Promise<Upkeep> {
  const there = await partitions(db);
  const missing = monthsFrom(now, AHEAD).filter(({ name }) => !there.some((month) => month.name === name));
  const old = keepFrom ? there.filter(({ to }) => to <= keepFrom) : [];
  const made: string[] = [];
  const dropped: string[] = [];
  for (const month of missing) {
    if (await alone(db, (transaction) => makePartition(transaction, month))) made.push(month.name);
  }
  for (const month of old) {
    if (await alone(db, (transaction) => dropPartition(transaction, month))) dropped.push(month.name);
  }
  return { made, dropped, deleted: keepFrom ? await deleteStragglers(db, keepFrom) : 0 };
}

async function partitions(db: Kysely<Tables>): Promise<Month[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'predictions'::regclass order by relname`.execute(db);
  return rows.flatMap(({ name }) => monthOf(name) ?? []);
}

/** Runs one step in a transaction of its own; false when another process does upkeep now. */
function alone(
  db: Kysely<Tables>,
  step: (transaction: Transaction<Tables>) => Promise<boolean>,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(${UPKEEP_LOCK}::bigint) as free`.execute(transaction);
    if (!rows[0]?.free) return false;
    await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT)}`.execute(transaction);
    return step(transaction);
  });
}

/** Asked again under the lock: another process may have done it since. */
async function isThere(db: Transaction<Tables>, month: Month): Promise<boolean> {
  return (await partitions(db)).some(({ name }) => name === month.name);
}

async function makePartition(db: Transaction<Tables>, month: Month): Promise<boolean> {
  if (await isThere(db, month)) return false;
  const table = sql.table(tableOf(month));
  const [from, to] = [month.from.toISOString(), month.to.toISOString()];
  // First, so that no row of this month slips into the default partition meanwhile. Attaching a table lets the others
  // be written to; creating a partition in place would not.
  await sql`lock table predictions_default in access exclusive mode`.execute(db);
  await sql`create table ${table} (like predictions including defaults including constraints)`.execute(db);
  await sql`
    with moved as (delete from predictions_default where created >= ${from} and created < ${to} returning *)
    insert into ${table} select * from moved`.execute(db);
  await sql`
    alter table predictions attach partition ${table} for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(
    db,
  );
  return true;
}

async function dropPartition(db: Transaction<Tables>, month: Month): Promise<boolean> {
  if (!(await isThere(db, month))) return false;
  const table = sql.table(tableOf(month));
  await sql`
    delete from feedback where exists (select 1 from ${table} where ${table}.id = feedback.prediction)`.execute(
    db,
  );
  await sql`drop table ${table}`.execute(db);
  return true;
}

/** What has no month of its own leaves row by row, some at a time. */
async function deleteStragglers(db: Kysely<Tables>, keepFrom: Date): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      with old as (
        delete from predictions_default where id in (
          select id from predictions_default where created < ${keepFrom.toISOString()} limit ${BATCH}
        ) returning id
      ), said as (delete from feedback where prediction in (select id from old))
      select id from old`.execute(db);
    deleted += rows.length;
    if (rows.length < BATCH) return deleted;
  }
}
