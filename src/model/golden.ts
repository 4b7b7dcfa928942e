import { type Static, Type } from 'typebox';

/**
 * What a model answered when it was written, for a few pictures that travel with it. A machine on which the
 * decoder, the preprocessing or the engine gives anything else must not serve the model.
 */
export const Golden = Type.Object({
  pictures: Type.Array(
    Type.Object({
      name: Type.String(),
      /** The picture's file, rendered by this project. */
      base64: Type.String(),
      /** SHA-256 of the first network's input values, little-endian: decoding and preprocessing, exactly. */
      tensorSha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      /** Log-odds of `open` for the picture; engines may differ in the last digits. */
      openLogit: Type.Number(),
      presences: Type.Array(Type.Number()),
    }),
    { minItems: 1 },
  ),
  /** Largest differences allowed. */
  tolerance: Type.Object({
    openLogit: Type.Number({ exclusiveMinimum: 0 }),
    presence: Type.Number({ exclusiveMinimum: 0 }),
  }),
});
export type Golden = Static<typeof Golden>;
