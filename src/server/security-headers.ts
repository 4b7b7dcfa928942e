import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Nothing but what this server sends may run or be loaded, and no other site may frame the page. */
export async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Previews of chosen pictures are blobs; swagger-ui's icons are data addresses.
        imgSrc: ["'self'", 'blob:', 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether there is TLS is the business of whoever stands in front.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}
