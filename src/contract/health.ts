import { type Static, Type } from 'typebox';

/** The process runs and answers. */
export const Live = Type.Object({ live: Type.Literal(true), version: Type.String() }, { $id: 'Live' });
export type Live = Static<typeof Live>;

/** Each part that an answer needs. Not ready is the error NOT_READY, which names what is missing. */
export const Ready = Type.Object(
  {
    live: Type.Literal(true),
    ready: Type.Literal(true),
    model: Type.String({ description: 'Id of the model that answers' }),
    waiting: Type.Integer({ minimum: 0, description: 'Pictures in the queue now' }),
  },
  { $id: 'Ready' },
);
export type Ready = Static<typeof Ready>;
