import type { IncomingHttpHeaders } from 'node:http';
import { isApiKey } from './api-key.ts';

/** What a request shows to prove who sends it. */
export interface Credentials {
  readonly kind: 'key' | 'token';
  readonly text: string;
}

/**
 * From `Authorization: Bearer` or `x-api-key`. Another scheme is none of ours: a proxy's Basic password may pass
 * through here. Credentials in an address would end up in logs and histories, so none are read there.
 */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const [key] = [headers['x-api-key']].flat();
  const text = bearer ?? key;
  if (!text) return undefined;
  return { kind: bearer && !isApiKey(bearer) ? 'token' : 'key', text };
}
