import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../asker.ts';

// Whether a request was sent on this machine, to this machine, by someone who may therefore do everything here.

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * The address alone does not tell. A proxy on this machine that nobody has named in TRUST_PROXY also connects from
 * here, but says that it forwards; a page whose name was made to point here (DNS rebinding) is read by a browser of
 * this machine, but asks for that name.
 */
export function isLocal(request: FastifyRequest, trustsProxies: boolean): boolean {
  if (!isLoopback(request.ip) || !isLoopbackName(request.hostname)) return false;
  return trustsProxies || FORWARDED.every((name) => request.headers[name] === undefined);
}

/** Names and addresses that lead to this machine wherever they are looked up (RFC 6761). */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return /^[0-9.]+$|:/.test(name) && isLoopback(name);
}
