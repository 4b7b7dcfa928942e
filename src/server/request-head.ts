import type { FastifyInstance } from 'fastify';
import { Refusal } from '../contract/errors.ts';

/**
 * What Node's server refuses by itself, with an answer outside the error table: a request without a host and one that
 * expects what no server gives. It is told to let both pass, and they are refused here, logged and counted like others.
 */
export function judgeHeads(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('onRequest', async ({ raw: { httpVersion, headers } }) => {
    // RFC 9112, section 3.2; HTTP/1.0 knew no hosts.
    if (httpVersion === '1.1' && headers.host === undefined) throw new Refusal('MALFORMED_REQUEST', {});
    const { expect } = headers;
    if (expect !== undefined && expect.toLowerCase() !== '100-continue')
      throw new Refusal('EXPECTATION_FAILED', { expectation: expect.slice(0, 50) });
  });
}
