import { type Static, Type } from 'typebox';
import { LIMITS } from './limits.ts';
import { PredictionId, Timestamp } from './prediction.ts';

/** What a person says the picture shows: the words that data folders use, so that feedback can become data. */
export const FEEDBACK_LABELS = ['open', 'closed', 'none', 'unclear'] as const;
export type FeedbackLabel = (typeof FEEDBACK_LABELS)[number];

const Label = Type.Unsafe<FeedbackLabel>(Type.Enum([...FEEDBACK_LABELS]));

/** Body of `POST /v1/predictions/{id}/feedback`. Sent again, it replaces; `DELETE` takes it back. */
export const FeedbackRequest = Type.Object(
  {
    label: Label,
    comment: Type.Optional(Type.String({ maxLength: LIMITS.commentLength })),
  },
  { $id: 'FeedbackRequest', additionalProperties: false },
);
export type FeedbackRequest = Static<typeof FeedbackRequest>;

export const Feedback = Type.Object(
  {
    prediction: PredictionId,
    label: Label,
    comment: Type.Union([Type.String(), Type.Null()]),
    created: Timestamp,
  },
  { $id: 'Feedback' },
);
export type Feedback = Static<typeof Feedback>;
