import { type Static, Type } from 'typebox';
import { Bottle } from '../contract/prediction.ts';
import { Nullable, Words } from '../contract/schema.ts';
import { VERDICTS } from '../contract/verdict.ts';
import { LABELS } from '../dataset/index.ts';
import { EVIDENCE } from '../model/presence.ts';

// What an evaluation leaves behind: one row for each picture. results.json is this object; every figure of a
// report is computed from its rows again, so that two models' files can be laid side by side.

const Probability = Type.Number({ minimum: 0, maximum: 1 });

/** A bottle with what its presence was made of, in the order of EVIDENCE, so that it can be weighed anew. */
const JudgedBottle = Type.Object({
  ...Bottle.properties,
  evidence: Type.Optional(
    Type.Array(Type.Number(), { minItems: EVIDENCE.length, maxItems: EVIDENCE.length }),
  ),
});

export const Row = Type.Object({
  /** Path below the data folder. */
  file: Type.String(),
  label: Words(LABELS),
  group: Type.String(),
  source: Type.String(),
  kind: Type.String(),
  /** Whether it is known to be a beer bottle. */
  beer: Type.Boolean(),
  /** What the model said; null where the file could not be read. */
  answer: Type.Union([
    Type.Object({
      verdict: Words(VERDICTS),
      p_open: Probability,
      confidence: Probability,
      bottles: Type.Array(JudgedBottle),
      /** Mean luma of the picture; results of earlier versions lack it. */
      brightness: Type.Optional(Probability),
      /** Milliseconds from the file's bytes to the answer. */
      ms: Type.Number({ minimum: 0 }),
    }),
    Type.Null(),
  ]),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
});
export type Row = Static<typeof Row>;
export type Answer = NonNullable<Row['answer']>;

export const Results = Type.Object({
  /** Id and name from the model's card. */
  model: Type.String(),
  name: Type.String(),
  /** How train and test were separated, in words; what the rows are worth depends on it. */
  split: Type.String(),
  rows: Type.Array(Row),
});
export type Results = Static<typeof Results>;
