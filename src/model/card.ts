import { type Static, Type } from 'typebox';
import { PresenceWeights } from './presence.ts';

// The model card: everything that must travel with the weights so that a picture gives the same answer
// wherever the model runs. card.json is this object; card.md in docs is written from it.

const Probability = Type.Number({ minimum: 0, maximum: 1 });

/** k of n with its exact (Clopper–Pearson) 95 % interval, all as fractions. */
export const Proportion = Type.Object({
  value: Probability,
  count: Type.Integer({ minimum: 0 }),
  of: Type.Integer({ minimum: 0 }),
  interval: Type.Tuple([Probability, Probability]),
});
export type Proportion = Static<typeof Proportion>;

/** How pixels become a network's input tensor (N, 3, size, size), RGB. */
export const NetworkInput = Type.Object({
  size: Type.Integer({ minimum: 8 }),
  /** Each channel becomes (value − mean) / scale, value 0–255. */
  mean: Type.Number(),
  scale: Type.Number({ exclusiveMinimum: 0 }),
  /** `letterbox` keeps the aspect and pads with `fill`; `stretch` does not keep it (the seed's network). */
  fit: Type.Union([Type.Literal('letterbox'), Type.Literal('stretch')]),
  fill: Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer()]),
});
export type NetworkInput = Static<typeof NetworkInput>;

/** Two networks: one finds mouths on the whole picture, one reads upright crops around them. */
export const MouthArchitecture = Type.Object({
  arch: Type.Literal('mouth'),
  finder: NetworkInput,
  /** Cells of the finder's map have this many input pixels to a side. */
  finderStride: Type.Integer(),
  reader: NetworkInput,
  /**
   * Sides, in mouth diameters, of the crops from which the reader corrects a place: for every round of correction
   * the zooms whose answers are averaged.
   */
  placeZooms: Type.Array(Type.Array(Type.Number(), { minItems: 1 })),
  /** Sides, in corrected mouth diameters, of the crops from which the reader tells the state. */
  readerZooms: Type.Array(Type.Number(), { minItems: 1 }),
  /**
   * Where the state's logit lies within `below` of zero and there is likely a mouth, it is averaged with those of crops
   * of these zooms in which everything below the mouth is hidden, less so over the last unit: there, labels and foils
   * have no say.
   */
  stateDoubt: Type.Optional(
    Type.Object({
      below: Type.Number({ exclusiveMinimum: 0 }),
      bareZooms: Type.Array(Type.Number(), { minItems: 1 }),
    }),
  ),
  /** At most this many mouths of one picture are read. */
  maxMouths: Type.Integer({ minimum: 1 }),
  /** A peak of the finder's map below this is not looked at twice. */
  finderThreshold: Probability,
  /**
   * Where even the strongest peak is below `below` it may be the wrong one: so many of the strongest are then looked
   * at twice, unless they are below `threshold`.
   */
  doubt: Type.Optional(
    Type.Object({ below: Probability, mouths: Type.Integer({ minimum: 1 }), threshold: Probability }),
  ),
  /** What makes a mouth's presence. */
  presence: PresenceWeights,
  /** Presence below this is no mouth. */
  presenceThreshold: Probability,
  /** Presence below this is too little to tell a state: the bottle is `uncertain`. */
  sureThreshold: Probability,
});
export type MouthArchitecture = Static<typeof MouthArchitecture>;

/** One network on the whole picture; no box, no rejection. The baseline. */
export const SeedArchitecture = Type.Object({
  arch: Type.Literal('seed-cnn'),
  input: NetworkInput,
});
export type SeedArchitecture = Static<typeof SeedArchitecture>;

export const Metrics = Type.Object({
  split: Type.String({ description: 'How train and test were separated, in words' }),
  accuracy: Proportion,
  openRecall: Proportion,
  closedRecall: Proportion,
  balancedAccuracy: Probability,
  auc: Probability,
  /** Missing, as are the figures of verdicts below, where answers were not decided as this card decides. */
  expectedCalibrationError: Type.Optional(Probability),
  /** Of the bottles called open or closed, those called rightly. */
  selectiveAccuracy: Type.Optional(Proportion),
  /** Bottles called uncertain. */
  uncertain: Type.Optional(Proportion),
  /** Bottles not answered with `no_bottle`. */
  found: Type.Optional(Proportion),
  /** Bottle-free pictures that were called open or closed. */
  falseState: Type.Optional(Proportion),
  /** Accuracy by where the photographs come from, and by what kind they are. */
  bySource: Type.Optional(Type.Record(Type.String(), Proportion)),
  byKind: Type.Optional(Type.Record(Type.String(), Proportion)),
  /** What P(open) was said and how often it was so, in bins of equal mass. */
  reliability: Type.Optional(
    Type.Array(
      Type.Object({
        count: Type.Integer({ minimum: 1 }),
        meanPOpen: Probability,
        shareOpen: Probability,
      }),
    ),
  ),
});

export const Card = Type.Object({
  /** First 12 hex digits of the SHA-256 over the weights and this card without its id. */
  id: Type.String({ pattern: '^[0-9a-f]{12}$' }),
  name: Type.String(),
  version: Type.String(),
  created: Type.String({ format: 'date-time' }),
  labels: Type.Tuple([Type.Literal('open'), Type.Literal('closed')]),
  architecture: Type.Union([MouthArchitecture, SeedArchitecture]),
  /** The decoder reduces a picture's longest side to at most this before anything else. */
  maxSide: Type.Integer({ minimum: 64 }),
  /** P(open) = sigmoid(logit / temperature + bias). */
  calibration: Type.Object({ temperature: Type.Number({ exclusiveMinimum: 0 }), bias: Type.Number() }),
  /** P(open) inside [closedBelow, openAbove] is `uncertain`. */
  thresholds: Type.Object({ closedBelow: Probability, openAbove: Probability }),
  data: Type.Object({
    manifestSha256: Type.String(),
    counts: Type.Record(Type.String(), Type.Integer()),
    split: Type.String(),
    origins: Type.Array(Type.String()),
  }),
  /** Empty when nothing was held out. Never measured on training pictures. */
  metrics: Type.Array(Metrics),
  /** What it answered when it was measured, for a look at what it answers now. */
  reference: Type.Optional(
    Type.Object({
      split: Type.String(),
      verdicts: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
      /** Counts of the confidence in bins of equal width over 0–1. */
      confidence: Type.Array(Type.Integer({ minimum: 0 })),
      /** Counts of the pictures' mean luma in bins of equal width over 0–1. */
      brightness: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }))),
    }),
  ),
  training: Type.Record(Type.String(), Type.Unknown()),
  licences: Type.Array(Type.Object({ what: Type.String(), licence: Type.String(), from: Type.String() })),
  knownFailures: Type.Array(Type.String()),
});
export type Card = Static<typeof Card>;
