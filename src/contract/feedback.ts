import { type Static, Type } from 'typebox';
import { FEEDBACK_LABELS } from './feedback-label.ts';
import { LIMITS } from './limits.ts';
import { Prediction, PredictionId, Timestamp } from './prediction.ts';
import { Nullable, Words } from './schema.ts';

export { FEEDBACK_LABELS, type FeedbackLabel } from './feedback-label.ts';

const Label = Words(FEEDBACK_LABELS);

/** Body of `POST /v1/predictions/{id}/feedback`. Sent again, it replaces; `DELETE` takes it back. */
export const FeedbackRequest = Type.Object(
  {
    label: Label,
    comment: Type.Optional(Type.String({ maxLength: LIMITS.commentLength })),
    review: Type.Optional(
      Type.Boolean({ description: 'A reviewer’s last word: the prediction leaves the review queue' }),
    ),
  },
  { $id: 'FeedbackRequest', additionalProperties: false },
);
export type FeedbackRequest = Static<typeof FeedbackRequest>;

export const Feedback = Type.Object(
  {
    prediction: PredictionId,
    label: Label,
    comment: Nullable(Type.String()),
    created: Timestamp,
    reviewed: Type.Boolean({ description: 'Said by a reviewer as the last word' }),
  },
  { $id: 'Feedback' },
);
export type Feedback = Static<typeof Feedback>;

export const FEEDBACK_FORMATS = ['json', 'csv'] as const;
export type FeedbackFormat = (typeof FEEDBACK_FORMATS)[number];

/** Query of `GET /v1/feedback`. Newest first; `cursor` is the `next` of the page before. */
export const FeedbackQuery = Type.Object(
  {
    from: Type.Optional(Type.String({ format: 'date-time', description: 'Not said before this time' })),
    to: Type.Optional(Type.String({ format: 'date-time', description: 'Said before this time' })),
    label: Type.Optional(Label),
    format: Type.Unsafe<FeedbackFormat>(
      Type.Enum([...FEEDBACK_FORMATS], {
        default: 'json',
        description: 'json is a page of `limit` items; csv is everything from `cursor` on, as a file',
      }),
    ),
    limit: Type.Integer({ minimum: 1, maximum: LIMITS.pageSize, default: 50 }),
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
  },
  { additionalProperties: false },
);
export type FeedbackQuery = Static<typeof FeedbackQuery>;

/** Feedback beside the answer that it is about; null when that answer was a refusal. */
export const FeedbackItem = Type.Object(
  { ...Feedback.properties, answer: Nullable(Prediction) },
  { $id: 'FeedbackItem' },
);
export type FeedbackItem = Static<typeof FeedbackItem>;

export const KeptPictures = Type.Array(PredictionId, {
  description: 'Of these predictions those whose picture was kept: `GET /v1/predictions/{id}/picture`',
});

export const FeedbackList = Type.Object(
  {
    feedback: Type.Array(FeedbackItem),
    next: Nullable(Type.String()),
    kept: KeptPictures,
  },
  { $id: 'FeedbackList' },
);
export type FeedbackList = Static<typeof FeedbackList>;
