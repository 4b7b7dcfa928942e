import pg from 'pg';
import { StoreUnavailable } from '../unavailable.ts';

// PostgreSQL's errors carry a five-character SQLSTATE (its manual, appendix A); those of the connection do not.

/** Connection, resources, operator intervention, system; and a server that only reads, as after a failover. */
const TROUBLE = /^(08|53|57|58|25006)/;

/** Empty when the error is not one that the database has sent. */
export function sqlState(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : '';
}

/** StoreUnavailable in the place of an error that is the database's or the connection's and not the statement's. */
export function translated(error: unknown): unknown {
  const state = sqlState(error);
  return state === '' || TROUBLE.test(state) ? new StoreUnavailable(error) : error;
}
