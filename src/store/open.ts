import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import type { Insights } from './insights.ts';
import type { KeyStore } from './key-store.ts';
import { migrate } from './migrations/migrate.ts';
import { SQLITE_MIGRATIONS } from './migrations/sqlite.ts';
import type { PredictionLog } from './prediction-log.ts';
import { SqlInsights } from './sql-insights.ts';
import { SqlKeyStore } from './sql-key-store.ts';
import { SqlPredictionLog } from './sql-prediction-log.ts';
import { nodeSqliteDialect } from './sqlite-dialect.ts';
import { SQLITE_FLAVOUR } from './sqlite-flavour.ts';
import type { Tables } from './tables.ts';

export interface StoreConfig {
  /** Folder of the embedded database; created when missing. */
  readonly dataDir: string;
}

/** One database, by what it is asked. */
export interface Store {
  readonly log: PredictionLog;
  readonly keys: KeyStore;
  readonly insights: Insights;
  /** Writes what is still waiting, then closes. Nothing may be called afterwards. */
  close(): Promise<void>;
}

/** Opens the store, bringing its database up to date first. */
export async function openStore(config: StoreConfig): Promise<Store> {
  await mkdir(config.dataDir, { recursive: true });
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(join(config.dataDir, 'tampinha.sqlite')) });
  await migrate(db, SQLITE_MIGRATIONS);
  const log = new SqlPredictionLog(db);
  const keys = new SqlKeyStore(db);
  return {
    log,
    keys,
    insights: new SqlInsights(db, SQLITE_FLAVOUR),
    async close() {
      await log.idle();
      await keys.flush();
      await db.destroy();
    },
  };
}
