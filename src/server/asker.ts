import { BlockList, isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from './client-gone.ts';
import type { Asker } from './predictor.ts';
import { callerOf } from './security/caller.ts';

/** Who sent a request, as the log keeps it. Throws ClientGone. */
export function askerOf(request: FastifyRequest, reply: FastifyReply): Asker {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return {
    requestId: request.id,
    route: request.routeOptions.url ?? request.url,
    address: addressOf(request),
    keyId: callerOf(request).keyId,
    userAgent: request.headers['user-agent']?.slice(0, 256) ?? null,
    // Browsers say so of our own page; a program that claims it gains a place in the queue and nothing else.
    priority: request.headers['sec-fetch-site'] === 'same-origin' ? 'page' : 'api',
    gone: controller.signal,
    answered: tellCache(reply),
  };
}

/** Says in a header how many of a request's pictures had been seen before. */
function tellCache(reply: FastifyReply): (cached: boolean) => void {
  let [pictures, hits] = [0, 0];
  return (cached) => {
    pictures += 1;
    hits += cached ? 1 : 0;
    if (reply.raw.headersSent) return;
    reply.header('x-cache', pictures === 1 ? (cached ? 'hit' : 'miss') : `hit ${hits} of ${pictures}`);
  };
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address is this machine; an IPv4 address may come in its IPv6 spelling. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
