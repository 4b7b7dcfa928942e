import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import type { Database } from '../database.ts';
import { migrate } from '../migrations/migrate.ts';
import { SQLITE_MIGRATIONS } from '../migrations/sqlite.ts';
import type { Tables } from '../tables.ts';
import { threadDialect } from './dialect.ts';
import { SQLITE_FLAVOUR } from './flavour.ts';
import { SqliteThread } from './thread.ts';

/** Rows deleted in one transaction: appends wait no longer than for these. */
const BATCH = 2_000;

/** Opens `tampinha.sqlite` in a folder that is created when missing. */
export async function openSqlite(dataDir: string): Promise<Database> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'tampinha.sqlite');
  const connect = (readOnly: boolean) =>
    new Kysely<Tables>({ dialect: threadDialect(new SqliteThread({ path, readOnly })) });
  const main = connect(false);
  const analysis = connect(true);
  const close = async () => {
    await analysis.destroy();
    await main.destroy();
  };
  try {
    await migrate(main, SQLITE_MIGRATIONS);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    main,
    analysis,
    flavour: SQLITE_FLAVOUR,
    maintain: async (_now, keepFrom) => ({
      made: [],
      dropped: [],
      deleted: keepFrom ? await deleteOld(main, keepFrom.toISOString()) : 0,
    }),
    close,
  };
}

async function deleteOld(db: Kysely<Tables>, keepFrom: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const batch = await db.transaction().execute((transaction) => deleteBatch(transaction, keepFrom));
    deleted += batch;
    if (batch < BATCH) return deleted;
  }
}

async function deleteBatch(db: Kysely<Tables>, keepFrom: string): Promise<number> {
  const old = sql`(select id from predictions where created < ${keepFrom} order by created, id limit ${BATCH})`;
  await sql`delete from feedback where prediction in ${old}`.execute(db);
  const { numAffectedRows = 0n } = await sql`delete from predictions where id in ${old}`.execute(db);
  return Number(numAffectedRows);
}
