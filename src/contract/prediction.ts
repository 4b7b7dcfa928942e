import { type Static, Type } from 'typebox';
import { PICTURE_FORMATS } from './limits.ts';
import { Nullable, Words } from './schema.ts';
import { BOTTLE_STATES, VERDICTS } from './verdict.ts';

// What the server says about one picture. Field names are those of `tampinha predict --format jsonl`.

const Probability = Type.Number({ minimum: 0, maximum: 1 });
const Milliseconds = Type.Number({ minimum: 0 });

export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });
export const PredictionId = Type.String({ format: 'uuid', description: 'UUID version 7: sorts by time' });

export const Bottle = Type.Object(
  {
    box: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()], {
      description: 'Left, top, width, height in pixels of the upright original',
    }),
    state: Words(BOTTLE_STATES),
    confidence: Probability,
    p_open: Probability,
    presence: Type.Number({ minimum: 0, maximum: 1, description: 'Probability that there is a mouth here' }),
  },
  { $id: 'Bottle' },
);
export type Bottle = Static<typeof Bottle>;

export const Heatmap = Type.Object(
  {
    width: Type.Integer({ minimum: 1 }),
    height: Type.Integer({ minimum: 1 }),
    values: Type.Array(Probability, { description: 'width × height values over the whole picture, by rows' }),
  },
  { $id: 'Heatmap', description: 'Where the network looked' },
);
export type Heatmap = Static<typeof Heatmap>;

export const Prediction = Type.Object(
  {
    id: PredictionId,
    created: Timestamp,
    file: Nullable(Type.String({ description: 'The name the client gave the file' })),
    verdict: Words(VERDICTS),
    p_open: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Calibrated probability that the most visible bottle is open, whatever the verdict',
    }),
    confidence: Type.Number({ minimum: 0, maximum: 1, description: 'Confidence in the verdict' }),
    bottles: Type.Array(Bottle, { description: 'Most visible first; empty for no_bottle' }),
    model: Type.String({ description: 'Id of the model that answered' }),
    ms: Milliseconds,
    timings: Type.Object(
      { decode: Milliseconds, infer: Milliseconds, total: Milliseconds },
      { description: 'Milliseconds; total also holds the wait for a free core' },
    ),
    width: Type.Integer({ minimum: 1, description: 'Of the upright original' }),
    height: Type.Integer({ minimum: 1, description: 'Of the upright original' }),
    format: Words(PICTURE_FORMATS),
    bytes: Type.Integer({ minimum: 1 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the bytes received' }),
    brightness: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Mean luma of the picture, 0 black to 1 white; log entries of earlier versions lack it',
      }),
    ),
    cached: Type.Optional(
      Type.Boolean({ description: 'Taken from an earlier answer to the very same bytes by the same model' }),
    ),
    heatmap: Type.Optional(Heatmap),
  },
  { $id: 'Prediction' },
);
export type Prediction = Static<typeof Prediction>;

/** Body of `POST /v1/predictions` as JSON; a picture is base64, with or without a `data:` prefix. */
export const PredictionRequest = Type.Object(
  {
    image: Type.Optional(Type.String({ description: 'One picture; the answer is a prediction' })),
    images: Type.Optional(
      Type.Array(Type.String(), { description: 'Several pictures; the answer is a list in their order' }),
    ),
  },
  { $id: 'PredictionRequest', additionalProperties: false },
);
export type PredictionRequest = Static<typeof PredictionRequest>;

/** The seed's contract, spoken at `POST /classificar`; the first two fields are the original ones. */
export const Classificacao = Type.Object(
  {
    status: Words(['aberta', 'fechada']),
    confidence: Type.Number({ minimum: 0.5, maximum: 1, description: 'Probability of the status given' }),
    decision: Words(VERDICTS),
    id: PredictionId,
    p_open: Probability,
    bottles: Type.Array(Bottle),
    model: Type.String(),
    ms: Milliseconds,
    width: Type.Integer({ minimum: 1 }),
    height: Type.Integer({ minimum: 1 }),
  },
  { $id: 'Classificacao' },
);
export type Classificacao = Static<typeof Classificacao>;
