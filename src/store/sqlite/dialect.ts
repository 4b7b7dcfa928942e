import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { StoreUnavailable } from '../unavailable.ts';
import { SqliteError, type SqliteThread } from './thread.ts';

// Kysely over a connection that lives in another thread.

export function threadDialect(thread: SqliteThread): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => new ThreadDriver(thread),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class Adapter extends SqliteAdapter {
  /** So that a migration is all or nothing; and as its transaction takes the write lock, other processes wait. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ThreadDriver implements Driver {
  readonly #thread: SqliteThread;
  readonly #connection: ThreadConnection;
  /** Resolves when the one connection is free. */
  #free: Promise<void> = Promise.resolve();
  #release = () => {};

  constructor(thread: SqliteThread) {
    this.#thread = thread;
    this.#connection = new ThreadConnection(thread);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const free = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = promise;
    await free;
    this.#release = resolve;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // At once the write lock: one that reads first and writes later may find that it cannot.
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async destroy(): Promise<void> {
    await this.#thread.close();
  }
}

/** Primary result codes: busy, locked, read-only, I/O, corrupt, full, cannot open, not a database; 0 is no thread. */
const TROUBLE = [0, 5, 6, 8, 10, 11, 13, 14, 26];

function fail(error: unknown): never {
  const isTrouble = error instanceof SqliteError && TROUBLE.includes(error.resultCode & 0xff);
  throw isTrouble ? new StoreUnavailable(error) : error;
}

class ThreadConnection implements DatabaseConnection {
  readonly #thread: SqliteThread;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.#thread.query(sql, parameters).catch(fail);
    // What a row holds is what the query asks for; Kysely derives the type from it.
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: nothing is streamed from SQLite
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Rows of SQLite come all at once');
  }
}
