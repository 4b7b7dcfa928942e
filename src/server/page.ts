import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { isThere } from './is-there.ts';
import { routesAskFor } from './security/route-access.ts';

/** Serves the built page at `/`. False when it has not been built. */
export async function servePage(app: FastifyInstance, pageDir: string): Promise<boolean> {
  if (!(await isThere(join(pageDir, 'index.html')))) return false;
  await app.register(async (scope) => {
    // The page must come before anyone can type a key into it.
    routesAskFor(scope, 'public');
    await scope.register(fastifyStatic, {
      root: pageDir,
      // Only what lies there now is an address; everything else is refused by the error table.
      wildcard: false,
      // The build packs its files once, better than anyone could while a person waits.
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, path) {
        // The build puts a hash of the content into the names under assets/.
        const hashed = path.startsWith(join(pageDir, 'assets') + sep);
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  });
  return true;
}
