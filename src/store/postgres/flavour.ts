import { sql } from 'kysely';
import type { Flavour } from '../database.ts';
import { sqlState } from './errors.ts';

const PATTERN = { minute: 'YYYY-MM-DD"T"HH24:MI', hour: 'YYYY-MM-DD"T"HH24', day: 'YYYY-MM-DD' } as const;

export const POSTGRES_FLAVOUR: Flavour = {
  bucketOf: (bucket) => sql<string>`to_char(created at time zone 'UTC', ${sql.lit(PATTERN[bucket])})`,
  // Data exception, integrity constraint violation.
  isRowFault: (error) => /^2[23]/.test(sqlState(error)),
};
