import type { FastifyInstance } from 'fastify';
import { Refusal } from '../contract/errors.ts';

/** Answers what no route matches: 405 with Allow where another method would do, 404 elsewhere. */
export function refuseOtherMethods(app: FastifyInstance): void {
  const methodsByPattern = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    // A wildcard says nothing about which of its addresses exist.
    if (url.includes('*')) return;
    const methods = methodsByPattern.get(url) ?? new Set(['OPTIONS']);
    for (const one of [method].flat()) methods.add(one);
    methodsByPattern.set(url, methods);
  });

  const allowedAt = (path: string): string[] => {
    const sets = [...methodsByPattern].filter(([pattern]) => matches(pattern, path)).map(([, set]) => set);
    return [...new Set(sets.flatMap((set) => [...set]))].sort();
  };

  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const allowed = allowedAt(path).join(', ');
    if (!allowed) throw new Refusal('NOT_FOUND', { path: path.slice(0, 200) });
    reply.header('allow', allowed);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw new Refusal('METHOD_NOT_ALLOWED', { method: request.method, allowed });
  });
}

/** A pattern's `:name` stands for one segment. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, i) => (segment.startsWith(':') ? given[i] !== '' : segment === given[i]))
  );
}
