import { type AddressPolicy, keepAddress } from './client-address.ts';
import type { Database, Upkeep } from './database.ts';
import type { Insights } from './insights.ts';
import type { KeyStore } from './key-store.ts';
import type { PredictionLog } from './prediction-log.ts';
import { SqlInsights } from './sql-insights.ts';
import { SqlKeyStore } from './sql-key-store.ts';
import { SqlPredictionLog } from './sql-prediction-log.ts';
import { openSqlite } from './sqlite/open.ts';
import { StoreError } from './unavailable.ts';

export interface StoreConfig {
  /** Folder of the embedded database; created when missing. */
  readonly dataDir: string;
  /** A PostgreSQL database instead of the embedded one. */
  readonly databaseUrl?: string | undefined;
  /** A replica of it, for lists and statistics. */
  readonly databaseReadUrl?: string | undefined;
  /** Told when a connection breaks that nobody was using. Nothing is lost by that. */
  readonly onConnectionLost?: (error: Error) => void;
  /** How much of a client's address is kept; everything unless said otherwise. */
  readonly clientAddress?: AddressPolicy;
  /** The key of hashed addresses. */
  readonly clientAddressSecret?: string;
}

/** One database, by what it is asked. */
export interface Store {
  readonly log: PredictionLog;
  readonly keys: KeyStore;
  readonly insights: Insights;
  /**
   * Makes room for what comes, and forgets predictions older than `keepDays` with all that belongs to them; null
   * keeps everything. Called at the start and every now and then; several processes may do so.
   */
  maintain(now: Date, keepDays: number | null): Promise<Upkeep>;
  /** Writes what is still waiting, then closes. Nothing may be called afterwards. */
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;

/** Opens the store, bringing its database up to date first. Throws StoreError. */
export async function openStore(config: StoreConfig): Promise<Store> {
  const { clientAddress = 'full', clientAddressSecret = '' } = config;
  const database = await openDatabase(config);
  const log = new SqlPredictionLog(database, keepAddress(clientAddress, clientAddressSecret));
  const keys = new SqlKeyStore(database.main);
  return {
    log,
    keys,
    insights: new SqlInsights(database.analysis, database.flavour),
    maintain: (now, keepDays) =>
      database.maintain(now, keepDays === null ? null : new Date(now.getTime() - keepDays * DAY_MS)),
    async close() {
      await log.idle();
      await keys.flush();
      await database.close();
    },
  };
}

async function openDatabase(config: StoreConfig): Promise<Database> {
  const { databaseUrl: url, databaseReadUrl: readUrl, onConnectionLost = () => {} } = config;
  try {
    if (!url) return await openSqlite(config.dataDir);
    // Loaded only where it is wanted: a start without it is sooner ready.
    const { openPostgres } = await import('./postgres/open.ts');
    return await openPostgres({ url, readUrl, onConnectionLost });
  } catch (error) {
    const where = url ? `at ${new URL(url).host}` : `in ${config.dataDir}`;
    throw new StoreError(where, error);
  }
}
