import { isIP } from 'node:net';
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Feedback } from '../contract/feedback.ts';
import type { LogEntry } from '../contract/prediction-list.ts';
import type { Database } from './database.ts';
import { GroupCommit } from './group-commit.ts';
import type { LogFilter, LogPage, PredictionLog } from './prediction-log.ts';
import { storable, toEntry, toFeedback, toFeedbackRow, toRow } from './rows.ts';
import type { PredictionRow, Tables } from './tables.ts';
import { asWritten } from './time.ts';

/** The prediction log in a migrated SQL database. */
export class SqlPredictionLog implements PredictionLog {
  readonly #db: Kysely<Tables>;
  readonly #analysis: Kysely<Tables>;
  readonly #keep: (address: string) => string;
  readonly #group: GroupCommit<PredictionRow>;

  /** `keep` is what is kept of a client's address. */
  constructor({ main, analysis, flavour }: Database, keep: (address: string) => string) {
    this.#keep = keep;
    this.#db = main;
    this.#analysis = analysis;
    // One INSERT is one transaction.
    const insert = async (rows: readonly PredictionRow[]) => {
      await main
        .insertInto('predictions')
        .values([...rows])
        .execute();
    };
    this.#group = new GroupCommit(insert, flavour.isRowFault);
  }

  append(entry: LogEntry): Promise<void> {
    return this.#group.add(toRow(entry, this.#keep));
  }

  async find(id: string): Promise<LogEntry | undefined> {
    const row = await this.#db.selectFrom('predictions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toEntry(row);
  }

  async list(filter: LogFilter): Promise<LogPage> {
    const { cursor } = filter;
    const after = cursor === undefined ? undefined : await this.#created(this.#analysis, cursor);
    // Entries go oldest first: after one that is no more there is nothing.
    if (cursor !== undefined && after === undefined) return { entries: [], next: null };
    let query = where(this.#analysis.selectFrom('predictions').selectAll(), this.#asKept(filter));
    if (cursor !== undefined && after !== undefined) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('created', 'id'), '<', tuple(after, cursor)),
      );
    }
    // One more than asked for tells whether there is a next page.
    const rows = await query
      .orderBy('created', 'desc')
      .orderBy('id', 'desc')
      .limit(filter.limit + 1)
      .execute();
    const entries = rows.slice(0, filter.limit).map(toEntry);
    return { entries, next: rows.length > filter.limit ? (entries.at(-1)?.id ?? null) : null };
  }

  /** An address is looked for as it was kept; what is no address may be what was kept of one. */
  #asKept({ client, ...filter }: LogFilter): LogFilter {
    return client && isIP(client)
      ? { ...filter, client: this.#keep(client) || client }
      : { ...filter, client };
  }

  async #created(db: Kysely<Tables>, id: string): Promise<string | undefined> {
    const row = await db.selectFrom('predictions').select('created').where('id', '=', id).executeTakeFirst();
    return row?.created;
  }

  async saveFeedback(feedback: Feedback): Promise<boolean> {
    if ((await this.#created(this.#db, feedback.prediction)) === undefined) return false;
    const { prediction, ...said } = toFeedbackRow(feedback);
    await this.#db
      .insertInto('feedback')
      .values({ prediction, ...said })
      .onConflict((conflict) => conflict.column('prediction').doUpdateSet(said))
      .execute();
    return true;
  }

  async findFeedback(prediction: string): Promise<Feedback | undefined> {
    const row = await this.#db
      .selectFrom('feedback')
      .selectAll()
      .where('prediction', '=', prediction)
      .executeTakeFirst();
    return row && toFeedback(row);
  }

  async removeFeedback(prediction: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('feedback')
      .where('prediction', '=', prediction)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async check(): Promise<void> {
    await sql`update predictions set id = id where false`.execute(this.#db);
  }

  /** Resolves when every entry that was handed in has been written or refused. */
  async idle(): Promise<void> {
    await this.#group.idle();
  }
}

type Selection = SelectQueryBuilder<Tables, 'predictions', PredictionRow>;

function where(all: Selection, filter: LogFilter): Selection {
  let query = all;
  if (filter.from) query = query.where('created', '>=', asWritten(filter.from));
  if (filter.to) query = query.where('created', '<', asWritten(filter.to));
  if (filter.verdict) query = query.where('verdict', '=', filter.verdict);
  if (filter.model) query = query.where('model', '=', storable(filter.model));
  if (filter.client) query = query.where('client_address', '=', storable(filter.client));
  if (filter.outcome) query = query.where('outcome', '=', filter.outcome);
  return query;
}
