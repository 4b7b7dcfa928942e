import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../asker.ts';
import { addressOf } from '../client-gone.ts';

/**
 * Where a request comes from. The address alone does not tell: a proxy on this machine that nobody has named in
 * TRUST_PROXY also connects from here, but says that it forwards; a page whose name was made to point here (DNS
 * rebinding) is read by a browser of this machine, but asks for that name.
 *
 * - `local`: sent on this machine, and meant for it: whoever does that may do everything;
 * - `misnamed`: sent on this machine, to another name;
 * - `foreign`: from anywhere else.
 */
export type Locality = 'local' | 'misnamed' | 'foreign';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Throws ClientGone. */
export function localityOf(request: FastifyRequest, trustsProxies: boolean): Locality {
  if (isUnexplained(request, trustsProxies) || !isLoopback(addressOf(request))) return 'foreign';
  return isLoopbackName(request.hostname) ? 'local' : 'misnamed';
}

/** Passed on by a proxy that does not say for whom in the way that one of TRUST_PROXY does. */
function isUnexplained(request: FastifyRequest, trustsProxies: boolean): boolean {
  return isForwarded(request) && !(trustsProxies && request.headers['x-forwarded-for'] !== undefined);
}

/** Whether a proxy says that it passes this request on. */
export function isForwarded({ headers }: FastifyRequest): boolean {
  return FORWARDED.some((name) => headers[name] !== undefined);
}

/** Names and addresses that lead to this machine wherever they are looked up (RFC 6761). */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return /^[0-9.]+$|:/.test(name) && isLoopback(name);
}
