import { sql } from 'kysely';
import { PREFIX_LENGTH } from './buckets.ts';
import type { Flavour } from './statistics.ts';

/** Times are text here, so a bucket's name is their beginning. */
export const SQLITE_FLAVOUR: Flavour = {
  bucketOf: (bucket) => sql<string>`substr(created, 1, ${sql.lit(PREFIX_LENGTH[bucket])})`,
};
