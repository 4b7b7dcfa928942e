import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { routesAskFor } from './security/route-access.ts';

// The OpenAPI document is written from the routes' own schemas, so it cannot say anything else than they do.

const DESCRIPTION = `Tells from a photograph whether a beer bottle is open or closed, how sure it is, and where it
looked. Every refusal has the same body; \`code\` is for programs, \`error\` for people.`;

const CREDENTIALS = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token of the issuer' },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key' },
} as const;

export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tampinha',
        description: DESCRIPTION,
        version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: CREDENTIALS },
      // None where the server asks for none, which is what it does on its own machine.
      security: [{}, { bearer: [] }, { apiKey: [] }],
      tags: [
        { name: 'predictions', description: 'Pictures in, open or closed out' },
        { name: 'jobs', description: 'Many pictures now, their results later' },
        { name: 'feedback', description: 'What people say the pictures show' },
        { name: 'log', description: 'What was asked and answered' },
        { name: 'models', description: 'What answers' },
        { name: 'inference protocol', description: 'The Open Inference Protocol, version 2' },
        { name: 'operation', description: 'For those who run the server' },
      ],
    },
    refResolver: {
      // A schema inside another keeps the name that the contract gives it.
      buildLocalReference: (schema, _baseUri, _fragment, i) =>
        typeof schema.$id === 'string' ? schema.$id : `def-${i}`,
    },
    transform: ({ schema, url, route }) => {
      const operationId = schema.operationId ?? operationName([route.method].flat()[0] ?? 'get', url);
      return { schema: { ...schema, operationId, response: titled(schema.response) }, url };
    },
    transformObject: (document) =>
      'openapiObject' in document ? nameSchemas(document.openapiObject) : document.swaggerObject,
  });
  await app.register(async (scope) => {
    routesAskFor(scope, 'any');
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { validatorUrl: null, layout: 'BaseLayout' },
    });
  });
}

/** `GET /v1/predictions/:id/feedback` → `getPredictionsIdFeedback`: what a generated client calls its function. */
function operationName(method: string, url: string): string {
  const words = url.split(/\W+/).filter((word) => word !== '' && word !== 'v1');
  return [method.toLowerCase(), ...words.map((word) => word[0]?.toUpperCase() + word.slice(1))].join('');
}

/** The plugin drops the `$id` of an answer's schema, wherever in the answer it stands; as a title the name survives. */
function titled(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(titled);
  if (typeof node !== 'object' || node === null) return node;
  const { $id, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, titled(value)]),
  );
  return typeof $id === 'string' ? { ...rest, title: $id } : rest;
}

/** A tuple as JSON Schema 2020-12 has it, on which OpenAPI 3.1 stands: TypeBox writes that of draft 7. */
function withPrefixItems(schema: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(schema.items)) return schema;
  const { items, additionalItems: _, ...rest } = schema;
  return { ...rest, prefixItems: items, items: false };
}

/**
 * Moves every schema that has a title into the document's components, so that a generated client has one type for it.
 */
function nameSchemas<Document extends { paths?: object; components?: { schemas?: object } }>(
  document: Document,
): Document {
  const schemas: Record<string, unknown> = { ...document.components?.schemas };
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const walked = withPrefixItems(
      Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)])),
    );
    const { title } = walked;
    if (typeof title !== 'string') return walked;
    schemas[title] = walked;
    return { $ref: `#/components/schemas/${title}` };
  };
  return { ...document, paths: walk(document.paths), components: { ...document.components, schemas } };
}
