import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { LIMITS } from '../../contract/limits.ts';
import { Heatmap, Prediction } from '../../contract/prediction.ts';
import { Words } from '../../contract/schema.ts';
import { DECODE_ERROR_CODES } from '../../decode/decode-error.ts';
import { Card } from '../../model/card.ts';

// What the server and the processes that look at pictures say to each other.

/** Bytes of one message: a task brings a picture; a heatmap is the most that a report holds. */
export const MESSAGE_BYTES = { task: LIMITS.pictureBytes + 1_000, report: 10_000_000 };

/** To a process; the picture is the message's body. */
export const Task = Type.Object({ heatmap: Type.Boolean() });
export type Task = Static<typeof Task>;

const { verdict, p_open, confidence, bottles, width, height, format, model } = Prediction.properties;
const Sighting = Type.Object({
  ...{ verdict, p_open, confidence, bottles, width, height, format, model },
  heatmap: Type.Optional(Heatmap),
  brightness: Type.Number({ minimum: 0, maximum: 1 }),
  decodeMs: Type.Number(),
  inferMs: Type.Number(),
});

/** Memory of the process that reports, in bytes. */
const memory = Type.Integer({ minimum: 0 });

/** From a process: once whether it can work at all, then one for every task. */
export const Report = Type.Union([
  Type.Object({ kind: Type.Literal('ready'), card: Card, memory }),
  Type.Object({ kind: Type.Literal('unfit'), reason: Type.String() }),
  Type.Object({ kind: Type.Literal('seen'), sighting: Sighting, memory }),
  Type.Object({
    kind: Type.Literal('refused'),
    code: Words(DECODE_ERROR_CODES),
    values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
    memory,
  }),
  Type.Object({ kind: Type.Literal('failed'), reason: Type.String(), memory }),
]);
export type Report = Static<typeof Report>;

/** Compiled, since every answer passes through it. */
export const reports = Compile(Report);
export const tasks = Compile(Task);
