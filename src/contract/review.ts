import { type Static, Type } from 'typebox';
import { Feedback, KeptPictures } from './feedback.ts';
import { LIMITS } from './limits.ts';
import { Prediction } from './prediction.ts';
import { Nullable } from './schema.ts';

export { agrees, LABEL_OF_VERDICT } from './feedback-label.ts';

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
    feedback: Nullable(Feedback),
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
  {
    items: Type.Array(ReviewItem),
    next: Nullable(Type.String()),
    kept: KeptPictures,
  },
  { $id: 'ReviewList' },
);
export type ReviewList = Static<typeof ReviewList>;
