import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { misfit } from './checked.ts';
import { fromText } from './from-text.ts';

/**
 * Checks parameters and queries, which arrive as text and are turned into what the schema says. Bodies are streams
 * here: their schemas only document them, and who reads one checks it.
 */
export const validateBySchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (httpPart === 'body') return (value: unknown) => ({ value });
  return (given: unknown) => {
    const value = fromText(schema, given);
    if (Value.Check(schema, value)) return { value };
    return { error: misfit(schema, value, httpPart ?? 'request') };
  };
};
