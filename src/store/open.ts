import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { migrate } from './migrations.ts';
import type { PredictionLog } from './prediction-log.ts';
import { SqlPredictionLog } from './sql-prediction-log.ts';
import { nodeSqliteDialect } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';

export interface StoreConfig {
  /** Folder of the embedded database; created when missing. */
  readonly dataDir: string;
}

/** Opens the prediction log, bringing its database up to date first. */
export async function openPredictionLog(config: StoreConfig): Promise<PredictionLog> {
  await mkdir(config.dataDir, { recursive: true });
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(join(config.dataDir, 'tampinha.sqlite')) });
  await migrate(db);
  return new SqlPredictionLog(db);
}
