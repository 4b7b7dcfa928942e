import type { FastifyRequest } from 'fastify';

/** The client has closed or reset its connection. Nobody's fault, and there is nobody to tell. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** The client's address. Throws ClientGone where there is none: a connection that was reset has no other end any more. */
export function addressOf(request: FastifyRequest): string {
  // Fastify's type knows nothing of that.
  const address: string | undefined = request.ip;
  if (address === undefined) throw new ClientGone('The connection was reset');
  return address;
}
