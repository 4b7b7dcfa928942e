import type { FastifyInstance } from 'fastify';
import type { Access } from './guard.ts';

/** What every route registered from here on in this scope asks, unless it says so itself. For plugins' routes. */
export function routesAskFor(scope: FastifyInstance, access: Access): void {
  scope.addHook('onRoute', (route) => {
    route.config = { access, ...route.config };
  });
}
