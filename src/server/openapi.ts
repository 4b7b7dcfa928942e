import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

// The OpenAPI document is written from the routes' own schemas, so it cannot say anything else than they do.

const DESCRIPTION = `Tells from a photograph whether a beer bottle is open or closed, how sure it is, and where it
looked. Every refusal has the same body; \`code\` is for programs, \`error\` for people.`;

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
      tags: [
        { name: 'predictions', description: 'Pictures in, open or closed out' },
        { name: 'feedback', description: 'What people say the pictures show' },
        { name: 'log', description: 'What was asked and answered' },
        { name: 'models', description: 'What answers' },
        { name: 'operation', description: 'For those who run the server' },
      ],
    },
    transformObject: (document) =>
      'openapiObject' in document ? nameSchemas(document.openapiObject) : document.swaggerObject,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { validatorUrl: null } });
}

/** Moves every schema that has an `$id` into the document's components, so that generated clients get types. */
function nameSchemas<Document extends { components?: object }>(document: Document): Document {
  const schemas: Record<string, unknown> = {};
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const { $id, ...rest } = Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, walk(value)]),
    );
    if (typeof $id !== 'string') return rest;
    schemas[$id] = rest;
    return { $ref: `#/components/schemas/${$id}` };
  };
  const named = Object.fromEntries(Object.entries(document).map(([key, value]) => [key, walk(value)]));
  return { ...document, ...named, components: { ...document.components, schemas } };
}
