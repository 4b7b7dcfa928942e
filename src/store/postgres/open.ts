import { Kysely, PostgresDialect } from 'kysely';
import type { Database } from '../database.ts';
import { migrate } from '../migrations/migrate.ts';
import { POSTGRES_MIGRATIONS } from '../migrations/postgres.ts';
import type { Tables } from '../tables.ts';
import { POSTGRES_FLAVOUR } from './flavour.ts';
import { maintainPartitions } from './partitions.ts';
import { makePool } from './pool.ts';

export interface PostgresConfig {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** A replica for questions about many rows; without it the database itself answers them. */
  readonly readUrl?: string | undefined;
  /** Told when a connection breaks that nobody was using. Nothing is lost by that. */
  readonly onConnectionLost: (error: Error) => void;
}

/** An append that takes longer will hardly come at all; its client waits. */
const APPEND_MS = 10_000;
const ANALYSIS_MS = 60_000;
/** Migrations and upkeep may have many rows to move. */
const UPKEEP_MS = 3_600_000;

export async function openPostgres({ url, readUrl, onConnectionLost }: PostgresConfig): Promise<Database> {
  const connect = (to: string, size: number, statementMs: number) => {
    const pool = makePool({ url: to, size, statementMs, onError: onConnectionLost });
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  };
  const main = connect(url, 10, APPEND_MS);
  const analysis = connect(readUrl || url, 4, ANALYSIS_MS);
  const upkeep = connect(url, 1, UPKEEP_MS);
  const close = async () => {
    for (const one of [main, analysis, upkeep]) await one.destroy();
  };
  try {
    await migrate(upkeep, POSTGRES_MIGRATIONS);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    main,
    analysis,
    flavour: POSTGRES_FLAVOUR,
    maintain: (now, keepFrom) => maintainPartitions(upkeep, now, keepFrom),
    close,
  };
}
