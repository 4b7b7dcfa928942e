import type { FastifyRequest } from 'fastify';

const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a browser says that a page of another origin asks for something to be done. Such a page can send forms
 * here without being asked by CORS first; what it cannot send is a key. Method of Go's http.CrossOriginProtection.
 */
export function isCrossSite({ method, headers }: FastifyRequest, allowed: readonly string[]): boolean {
  const { origin } = headers;
  if (SAFE.includes(method) || (origin !== undefined && allowed.includes(origin))) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  // A browser from before that header, or no browser at all.
  return origin !== undefined && hostOf(origin) !== headers.host;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
