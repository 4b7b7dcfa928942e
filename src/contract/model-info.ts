import { type Static, Type } from 'typebox';
import { Words } from './schema.ts';

// What is told about a model to those who use it; the whole card comes with it at `/v1/model`.

const Probability = Type.Number({ minimum: 0, maximum: 1 });

/** A measured accuracy with its count and exact 95 % interval; never on training pictures. */
export const Accuracy = Type.Object({
  split: Type.String({ description: 'How training and test pictures were kept apart' }),
  value: Probability,
  count: Type.Integer({ minimum: 0 }),
  of: Type.Integer({ minimum: 0 }),
  interval: Type.Tuple([Probability, Probability]),
});
export type Accuracy = Static<typeof Accuracy>;

/** What a model is there for: the one that answers, the one before it, the one watched beside it. */
export const MODEL_ALIASES = ['champion', 'previous', 'challenger'] as const;

export const ModelInfo = Type.Object(
  {
    id: Type.String(),
    folder: Type.String({ description: 'Its folder on the server, by which it is activated' }),
    aliases: Type.Array(Words(MODEL_ALIASES)),
    name: Type.String(),
    version: Type.String(),
    created: Type.String({ format: 'date-time' }),
    architecture: Type.String(),
    active: Type.Boolean({ description: 'Whether this model answers now' }),
    uncertain: Type.Tuple([Probability, Probability], {
      description: 'p_open inside this band is answered with "uncertain"',
    }),
    accuracy: Type.Array(Accuracy),
  },
  { $id: 'ModelInfo' },
);
export type ModelInfo = Static<typeof ModelInfo>;

export const ModelList = Type.Object({ models: Type.Array(ModelInfo) }, { $id: 'ModelList' });
export type ModelList = Static<typeof ModelList>;

/** `card` is the model card as it lies beside the weights. */
export const ModelDetail = Type.Object(
  { ...ModelInfo.properties, card: Type.Record(Type.String(), Type.Unknown()) },
  { $id: 'ModelDetail' },
);
export type ModelDetail = Static<typeof ModelDetail>;
