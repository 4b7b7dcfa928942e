import { type Kysely, type SqlBool, sql } from 'kysely';
import type { FeedbackItem } from '../contract/feedback.ts';
import { LABEL_OF_VERDICT, type ReviewItem } from '../contract/review.ts';
import { isNumber, isTime, readCursor, writeCursor } from './cursor.ts';
import type { Flavour } from './database.ts';
import type { FeedbackFilter, Insights, Page, StatisticsRange } from './insights.ts';
import { toFeedback, toPrediction } from './rows.ts';
import { statistics } from './statistics.ts';
import type { FeedbackRow, PredictionRow, Tables } from './tables.ts';
import { asWritten } from './time.ts';

/** Statistics, review queue and feedback list of a migrated SQL database. */
export class SqlInsights implements Insights {
  readonly #db: Kysely<Tables>;
  readonly #flavour: Flavour;

  constructor(db: Kysely<Tables>, flavour: Flavour) {
    this.#db = db;
    this.#flavour = flavour;
  }

  statistics(range: StatisticsRange) {
    return statistics(this.#db, this.#flavour, range);
  }

  async reviewQueue({ limit, cursor }: Page) {
    const after =
      cursor === undefined ? undefined : readCursor(cursor, { disputed: isTime, unsure: isNumber });
    // One more than asked for tells whether there is a next page.
    const wanted = limit + 1;
    const disputed = after?.list === 'unsure' ? [] : await this.#disputed(wanted, after);
    const missing = wanted - disputed.length;
    const unsure =
      missing === 0 ? [] : await this.#unsure(missing, after?.list === 'unsure' ? after : undefined);
    const all = [...disputed, ...unsure];
    const items = all.slice(0, limit);
    const last = items.at(-1);
    return { items, next: all.length > limit && last ? endOfReview(last) : null };
  }

  async #disputed(limit: number, after?: { key: string; id: string }): Promise<ReviewItem[]> {
    let query = this.#judged()
      .where('feedback.reviewed', '=', 0)
      .where('outcome', '=', 'answered')
      .where(DISPUTED)
      .orderBy('feedback.created', 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    if (after)
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('feedback.created', 'id'), '<', tuple(after.key, after.id)),
      );
    return (await query.execute()).map((row) => ({
      prediction: answerOf(row),
      feedback: feedbackOf(row),
      disputed: true,
    }));
  }

  async #unsure(limit: number, after?: { key: string; id: string }): Promise<ReviewItem[]> {
    let query = this.#db
      .selectFrom('predictions')
      .selectAll()
      // Only answers have one. Said like this, so that the index of confidence is the one that fits.
      .where('confidence', 'is not', null)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('feedback').select('prediction').whereRef('prediction', '=', 'id'))),
      )
      .orderBy('confidence')
      .orderBy('id')
      .limit(limit);
    if (after)
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('confidence', 'id'), '>', tuple(Number(after.key), after.id)),
      );
    const rows = await query.execute();
    return rows.map((row) => ({ prediction: answerOf(row), feedback: null, disputed: false }));
  }

  async feedback({ from, to, label, limit, cursor }: FeedbackFilter) {
    let query = this.#judged()
      .orderBy('feedback.created', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (from) query = query.where('feedback.created', '>=', asWritten(from));
    if (to) query = query.where('feedback.created', '<', asWritten(to));
    if (label) query = query.where('label', '=', label);
    if (cursor !== undefined) {
      const { key, id } = readCursor(cursor, { said: isTime });
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('feedback.created', 'id'), '<', tuple(key, id)),
      );
    }
    const rows = await query.execute();
    const items = rows
      .slice(0, limit)
      .map((row): FeedbackItem => ({ ...feedbackOf(row), answer: toPrediction(row) }));
    const last = items.at(-1);
    const next =
      rows.length > limit && last
        ? writeCursor({ list: 'said', key: last.created, id: last.prediction })
        : null;
    return { items, next };
  }

  /** Predictions that have feedback, with it. */
  #judged() {
    return this.#db
      .selectFrom('feedback')
      .innerJoin('predictions', 'predictions.id', 'feedback.prediction')
      .selectAll('predictions')
      .select(['label', 'comment', 'reviewed', 'feedback.created as said']);
  }
}

type Judged = PredictionRow & Omit<FeedbackRow, 'prediction' | 'created'> & { readonly said: string };

const LABELLED = Object.entries(LABEL_OF_VERDICT).flatMap(([verdict, label]) =>
  label === null ? [] : [sql`when ${sql.lit(verdict)} then ${sql.lit(label)}`],
);

/** What contract/review.ts calls `agrees(verdict, label) === false`. */
const DISPUTED = sql<SqlBool>`label <> 'unclear' and label <> case verdict ${sql.join(LABELLED, sql` `)} end`;

function endOfReview({ prediction, feedback, disputed }: ReviewItem): string {
  return disputed && feedback
    ? writeCursor({ list: 'disputed', key: feedback.created, id: prediction.id })
    : writeCursor({ list: 'unsure', key: String(prediction.confidence), id: prediction.id });
}

function answerOf(row: PredictionRow) {
  const answer = toPrediction(row);
  if (!answer) throw new Error(`The entry ${row.id} of the prediction log holds no answer`);
  return answer;
}

function feedbackOf({ id, label, comment, reviewed, said }: Judged) {
  return toFeedback({ prediction: id, label, comment, reviewed, created: said });
}
