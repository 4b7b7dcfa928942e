import { type Static, Type } from 'typebox';
import { Feedback, type FeedbackLabel } from './feedback.ts';
import { LIMITS } from './limits.ts';
import { Prediction } from './prediction.ts';
import type { Verdict } from './verdict.ts';

// What a person should look at next.

/** Query of `GET /v1/review`; `cursor` is the `next` of the page before. */
export const ReviewQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: LIMITS.pageSize, default: 20 }),
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
  },
  { additionalProperties: false },
);
export type ReviewQuery = Static<typeof ReviewQuery>;

export const ReviewItem = Type.Object(
  {
    prediction: Prediction,
    feedback: Type.Union([Feedback, Type.Null()]),
    disputed: Type.Boolean({ description: 'Somebody says that the picture shows something else' }),
  },
  { $id: 'ReviewItem' },
);
export type ReviewItem = Static<typeof ReviewItem>;

/**
 * Disputed answers first, newest first; then those that nobody has judged, least sure first. An item leaves the queue
 * with feedback that agrees, or with feedback that has `review: true`, whatever it says.
 */
export const ReviewList = Type.Object(
  { items: Type.Array(ReviewItem), next: Type.Union([Type.String(), Type.Null()]) },
  { $id: 'ReviewList' },
);
export type ReviewList = Static<typeof ReviewList>;

/** What a verdict says in the words of feedback; null when it says nothing that can be disputed. */
export const LABEL_OF_VERDICT = {
  open: 'open',
  closed: 'closed',
  no_bottle: 'none',
  uncertain: null,
} as const satisfies Record<Verdict, FeedbackLabel | null>;

/** Whether feedback says the same as the verdict; null when one of them leaves it open. */
export function agrees(verdict: Verdict, label: FeedbackLabel): boolean | null {
  const said = LABEL_OF_VERDICT[verdict];
  return said === null || label === 'unclear' ? null : said === label;
}
