import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { StoreUnavailable } from '../unavailable.ts';
import { translated } from './errors.ts';

// Connections to PostgreSQL, with values as the stores use them: whole numbers as numbers, times as RFC 3339 in UTC.

export interface PoolOptions {
  readonly url: string;
  /** Connections at most. */
  readonly size: number;
  /** A statement that takes longer is given up. */
  readonly statementMs: number;
  /** Told when a connection breaks that nobody was using. */
  readonly onError: (error: Error) => void;
}

/** How long a new connection may take, and how long to wait for one that is in use. */
const CONNECT_MS = 3_000;
/** The server ends a slow statement itself; when nothing at all is heard from it, this much later. */
const SILENCE_MS = 5_000;

/** Its errors are StoreUnavailable, unless a statement is to blame. */
export function makePool({ url, size, statementMs, onError }: PoolOptions): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: statementMs + SILENCE_MS,
    keepAlive: true,
    application_name: 'tampinha',
    types: { getTypeParser },
  });
  // Without a listener the process would end.
  pool.on('error', onError);
  pool.on('connect', (client) => {
    // As statements instead of start-up parameters, which poolers between us and the database refuse. They come before
    // the first query; a connection on which they fail is broken, and that query says so.
    client.query(SETTINGS, [String(statementMs)]).catch(() => {});
  });
  return {
    connect: async () => lend(await pool.connect().catch(fail)),
    end: () => pool.end(),
  };
}

/** A connection in the form that Kysely asks for. */
function lend(client: pg.PoolClient): PostgresPoolClient {
  let broken = false;
  function query<Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  function query(sql: unknown, parameters: readonly unknown[] = []): unknown {
    if (typeof sql !== 'string') throw new TypeError('Rows come all at once, without a cursor');
    return client.query(sql, [...parameters]).catch((error: unknown) => {
      const reason = translated(error);
      broken ||= reason instanceof StoreUnavailable;
      throw reason;
    });
  }
  // A connection that met trouble is not lent again: another one may lead to a server that works.
  return { query, release: () => client.release(broken) };
}

function fail(error: unknown): never {
  throw translated(error);
}

/** What is acknowledged must be on the disk, also where the database has been told to be quicker. */
const SETTINGS = `
  select set_config('statement_timeout', $1, false),
    set_config('synchronous_commit',
      case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end,
      false)`;

const { INT8, TIMESTAMPTZ, JSONB } = pg.types.builtins;

const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [INT8]: wholeNumber,
  [TIMESTAMPTZ]: (text) => new Date(text).toISOString(),
  // Checked against its schema where it is read (rows.ts), as in the other database.
  [JSONB]: (text) => text,
};

/** `format` is text for everything that is asked without saying otherwise. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  PARSERS[oid] ?? (format === 'binary' ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid));

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is too large to be exact`);
  return number;
}
