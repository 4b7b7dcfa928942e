import type { Expression, Kysely } from 'kysely';
import type { Bucket } from '../contract/statistics.ts';
import type { Tables } from './tables.ts';

// What the stores need of a database, whichever it is.

/** Where the databases say the same thing in different words. */
export interface Flavour {
  /** The name of the bucket (see buckets.ts) that `predictions.created` falls into. */
  bucketOf(bucket: Bucket): Expression<string>;
  /** Whether what was to be written is wrong, so that the same database may well take another row. */
  isRowFault(error: unknown): boolean;
}

/** What upkeep has done, for the server's log. */
export interface Upkeep {
  /** Months that now have a partition of their own. */
  readonly made: readonly string[];
  /** Months whose partition was dropped, with everything in it. */
  readonly dropped: readonly string[];
  /** Predictions deleted one by one. */
  readonly deleted: number;
}

/** An open and migrated database. */
export interface Database {
  /** For everything that must be seen at once. */
  readonly main: Kysely<Tables>;
  /** For questions about many rows: may be a moment behind, and does not hold up `main`. */
  readonly analysis: Kysely<Tables>;
  readonly flavour: Flavour;
  /** Makes room for what comes, and removes predictions created before `keepFrom` with all that belongs to them. */
  maintain(now: Date, keepFrom: Date | null): Promise<Upkeep>;
  close(): Promise<void>;
}
