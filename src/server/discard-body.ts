import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** More of an unwanted body than this ends the connection. */
const PATIENCE_BYTES = 500_000_000;

/**
 * An answer may go out before the body has come in: too large, too busy. The rest of the body is then read and
 * thrown away, because closing a connection that still receives makes many clients lose the answer.
 * How long that may last is bounded by the server's request timeout.
 */
export function discardUnreadBodies(app: FastifyInstance): void {
  app.addHook('onSend', async ({ raw }, _reply, payload) => {
    // An answer that streams may be made from the body as it comes in.
    if (raw.readableEnded || raw.destroyed || payload instanceof Readable) return;
    let discarded = 0;
    raw.unpipe();
    raw.on('data', (chunk: Buffer) => {
      discarded += chunk.length;
      if (discarded > PATIENCE_BYTES) raw.destroy();
    });
    raw.resume();
  });
}
