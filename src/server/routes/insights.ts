import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { ErrorBody } from '../../contract/error-body.ts';
import { type FeedbackItem, FeedbackList, FeedbackQuery } from '../../contract/feedback.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Prediction } from '../../contract/prediction.ts';
import { ReviewList, ReviewQuery } from '../../contract/review.ts';
import { Statistics, StatisticsQuery } from '../../contract/statistics.ts';
import type { FeedbackFilter, Insights } from '../../store/insights.ts';
import { asWritten } from '../../store/time.ts';
import { csvLine } from '../csv.ts';
import { refuseForeignReaders } from '../security/log-readers.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';

const errors = { '4xx': ErrorBody, '5xx': ErrorBody };
const CsvText = Type.String({ description: 'A header line, then a line for each' });
const DAY_MS = 86_400_000;

/** What the log says about many answers at once. */
export function insightRoutes(app: App, { deps }: Services): void {
  const { insights, clock, config, pictures } = deps;

  /** So that nobody has to ask for a picture in vain. */
  async function keptOf(predictions: readonly Prediction[]): Promise<string[]> {
    const kept = await Promise.all(predictions.map((prediction) => pictures.has(prediction)));
    return predictions.flatMap(({ id }, i) => (kept[i] ? [id] : []));
  }

  app.get('/v1/statistics', {
    config: { access: 'read' },
    schema: {
      tags: ['log'],
      summary: 'Counts, latencies and confidence over a span of time',
      querystring: StatisticsQuery,
      response: { 200: Statistics, ...errors },
    },
    handler: async ({ query }): Promise<Statistics> => {
      const to = query.to ? asWritten(query.to) : clock.now().toISOString();
      const from = query.from ?? new Date(Date.parse(to) - DAY_MS).toISOString();
      return insights.statistics({ ...query, from, to });
    },
  });

  app.get('/v1/review', {
    config: { access: 'review' },
    schema: {
      tags: ['feedback'],
      summary: 'What a person should look at next: disputed answers, then the least sure ones',
      description:
        'An answer leaves the queue with feedback that agrees, or with feedback that has `review: true`, whatever it says.',
      querystring: ReviewQuery,
      response: { 200: ReviewList, ...errors },
    },
    handler: async (request): Promise<ReviewList> => {
      refuseForeignReaders(request, config);
      const { items, next } = await insights.reviewQueue(request.query);
      return { items: [...items], next, kept: await keptOf(items.map(({ prediction }) => prediction)) };
    },
  });

  app.get('/v1/feedback', {
    config: { access: 'read' },
    schema: {
      tags: ['feedback'],
      summary: 'What people said, newest first, with the answers it is about',
      querystring: FeedbackQuery,
      response: {
        200: {
          description: 'A page, or a file',
          content: {
            'application/json': { schema: FeedbackList },
            'text/csv': { schema: Type.Unsafe<Readable>(CsvText) },
          },
        },
        ...errors,
      },
    },
    handler: async (request, reply) => {
      refuseForeignReaders(request, config);
      const { format, ...filter } = request.query;
      if (format === 'csv') {
        const pages = feedbackPages(insights, filter);
        // Before the answer begins, since afterwards nobody can be told what is wrong with the question.
        const first = await pages.next();
        reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="feedback.csv"');
        return reply.send(Readable.from(feedbackCsv(first.value ?? [], pages)));
      }
      const { items, next } = await insights.feedback(filter);
      return { feedback: [...items], next, kept: await keptOf(items.flatMap(({ answer }) => answer ?? [])) };
    },
  });
}

const COLUMNS =
  'prediction,label,comment,said,reviewed,created,file,sha256,verdict,p_open,confidence,model'.split(',');

/** Everything from a cursor on, read page by page: memory does not grow with the table. */
async function* feedbackPages(
  insights: Insights,
  filter: FeedbackFilter,
): AsyncGenerator<readonly FeedbackItem[], undefined> {
  let cursor = filter.cursor ?? null;
  do {
    const page = await insights.feedback({ ...filter, limit: LIMITS.pageSize, cursor: cursor ?? undefined });
    yield page.items;
    cursor = page.next;
  } while (cursor !== null);
}

async function* feedbackCsv(
  first: readonly FeedbackItem[],
  rest: AsyncIterable<readonly FeedbackItem[]>,
): AsyncGenerator<string> {
  yield csvLine(COLUMNS) + first.map(feedbackLine).join('');
  for await (const items of rest) yield items.map(feedbackLine).join('');
}

function feedbackLine({ prediction, label, comment, created, reviewed, answer }: FeedbackItem): string {
  const said = [prediction, label, comment, created, reviewed];
  if (!answer) return csvLine([...said, ...Array.from({ length: COLUMNS.length - said.length }, () => null)]);
  const { file, sha256, verdict, p_open, confidence, model } = answer;
  return csvLine([...said, answer.created, file, sha256, verdict, p_open, confidence, model]);
}
