import { sql } from 'kysely';
import { PREFIX_LENGTH } from '../buckets.ts';
import type { Flavour } from '../database.ts';
import { SqliteError } from './thread.ts';

/** Primary result codes (https://sqlite.org/rescode.html) that one row is to blame for: too big, constraint, mismatch. */
const ROW_FAULTS = [18, 19, 20];

export const SQLITE_FLAVOUR: Flavour = {
  // Times are text here, so a bucket's name is their beginning.
  bucketOf: (bucket) => sql<string>`substr(created, 1, ${sql.lit(PREFIX_LENGTH[bucket])})`,
  // The lowest byte of an extended result code is the primary one.
  isRowFault: (error) => error instanceof SqliteError && ROW_FAULTS.includes(error.resultCode & 0xff),
};
