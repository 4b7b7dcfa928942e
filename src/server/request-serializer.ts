import type { FastifyRequest } from 'fastify';
import { keepAddress } from '../store/client-address.ts';
import type { Config } from './config.ts';

/** What the server's own output says of a request: of a client's address no more than the prediction log keeps. */
export function requestSerializer({ clientAddress, clientAddressSecret }: Config) {
  const keep = keepAddress(clientAddress, clientAddressSecret);
  return ({ method, url, host, ip }: FastifyRequest) => ({ method, url, host, remoteAddress: keep(ip) });
}
