import { type Static, Type } from 'typebox';
import { ERROR_CODES, LANGUAGES } from './errors.ts';
import { Nullable, Words } from './schema.ts';

// The one shape of every refusal, on every route. The key `error` is a sentence because the seed's clients and
// Open Inference Protocol clients read it as one.

const fields = {
  error: Type.String({ description: 'A sentence for people, in the language of Accept-Language' }),
  code: Words(ERROR_CODES),
  retryable: Type.Boolean({ description: 'Whether the same request can succeed later' }),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
    description: 'The limit and the value that the sentence names, as data',
  }),
};

export const ErrorBody = Type.Object(
  {
    ...fields,
    language: Words(LANGUAGES),
    request_id: Type.String({ description: 'Also in the header X-Request-Id and in the server log' }),
  },
  { $id: 'ErrorBody' },
);
export type ErrorBody = Static<typeof ErrorBody>;

/** A picture of a list that could not be answered, in its place. */
export const PictureError = Type.Object(
  {
    file: Nullable(Type.String()),
    status: Type.Integer({ description: 'The HTTP status that this picture alone would have got' }),
    ...fields,
  },
  { $id: 'PictureError' },
);
export type PictureError = Static<typeof PictureError>;
