import { Type } from 'typebox';

// Two forms of schema that TypeBox has no word for.

export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** One of the given words. Written as an enum, so that a generated client gets a proper union. */
export const Words = <const T extends readonly string[]>(words: T) =>
  Type.Unsafe<T[number]>(Type.Enum([...words]));
