import { type Static, Type } from 'typebox';
import { ErrorBody, PictureError } from './error-body.ts';
import { ERROR_CODES } from './errors.ts';
import { LIMITS } from './limits.ts';
import { Prediction, PredictionId, Timestamp } from './prediction.ts';
import { Nullable, Words } from './schema.ts';
import { VERDICTS } from './verdict.ts';

// Answers that hold several predictions: a request with several pictures, and the log.

/** Answer to several pictures, in their order. A broken one is reported in its place. */
export const PredictionBatch = Type.Object(
  { predictions: Type.Array(Type.Union([Prediction, PictureError])) },
  { $id: 'PredictionBatch' },
);
export type PredictionBatch = Static<typeof PredictionBatch>;

const place = {
  index: Type.Integer({ minimum: 0, description: 'Place of the picture in the request, from 0' }),
};

/**
 * A line of the streamed answer to several pictures: whichever is done, with its place. A last line without a place is
 * an error that ended the request; the pictures before it have been answered.
 */
export const PredictionLine = Type.Union(
  [
    Type.Object({ ...place, ...Prediction.properties }),
    Type.Object({ ...place, ...PictureError.properties }),
    ErrorBody,
  ],
  { $id: 'PredictionLine' },
);
export type PredictionLine = Static<typeof PredictionLine>;

/** Query of `GET /v1/predictions`. Newest first; `cursor` is the `next` of the page before. */
export const PredictionQuery = Type.Object(
  {
    from: Type.Optional(Type.String({ format: 'date-time', description: 'Not before this time' })),
    to: Type.Optional(Type.String({ format: 'date-time', description: 'Before this time' })),
    verdict: Type.Optional(Words(VERDICTS)),
    model: Type.Optional(Type.String({ maxLength: 64 })),
    client: Type.Optional(Type.String({ maxLength: 64, description: 'Address' })),
    outcome: Type.Optional(Words(['answered', 'refused'])),
    limit: Type.Integer({ minimum: 1, maximum: LIMITS.pageSize, default: 50 }),
    cursor: Type.Optional(PredictionId),
  },
  { additionalProperties: false },
);
export type PredictionQuery = Static<typeof PredictionQuery>;

/** A line of the log: who asked, and what they got. */
export const LogEntry = Type.Object(
  {
    id: PredictionId,
    created: Timestamp,
    request_id: Type.String(),
    route: Type.String(),
    client: Type.Object({
      address: Type.String(),
      key_id: Nullable(Type.String()),
      user_agent: Nullable(Type.String()),
    }),
    outcome: Words(['answered', 'refused']),
    prediction: Nullable(Prediction),
    error: Nullable(
      Type.Object({
        code: Words(ERROR_CODES),
        file: Nullable(Type.String()),
        bytes: Nullable(Type.Integer({ minimum: 0 })),
      }),
    ),
  },
  { $id: 'LogEntry' },
);
export type LogEntry = Static<typeof LogEntry>;

export const PredictionList = Type.Object(
  {
    predictions: Type.Array(LogEntry),
    next: Nullable(PredictionId),
  },
  { $id: 'PredictionList' },
);
export type PredictionList = Static<typeof PredictionList>;
