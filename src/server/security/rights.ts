import { SCOPES, type Scope } from '../../contract/access.ts';
import { isLoopbackName, type Locality } from './locality.ts';

// What a request without a key may do.

export type AuthMode = 'auto' | 'required' | 'off';

const ALL: ReadonlySet<Scope> = new Set(SCOPES);
const NOTHING: ReadonlySet<Scope> = new Set();
/** What the public may do where keys are switched off: everything but changing the server. */
const PUBLIC: ReadonlySet<Scope> = new Set(['predict', 'read', 'review']);
/** What a request on this machine may do that asks for another name: nothing that a foreign page could make use of. */
const HARMLESS: ReadonlySet<Scope> = new Set(['predict']);

/** `host` is the address listened on. */
export function scopesWithoutKey(auth: AuthMode, host: string, from: Locality): ReadonlySet<Scope> {
  if (auth === 'required' || (auth === 'auto' && !isLoopbackName(host))) return NOTHING;
  if (from === 'local') return ALL;
  if (auth === 'off') return PUBLIC;
  return from === 'misnamed' ? HARMLESS : NOTHING;
}

/** Said at the start, so that nobody has to guess. */
export function describeAccess(auth: AuthMode, host: string): string {
  if (scopesWithoutKey(auth, host, 'local') === NOTHING) return 'Every request needs an API key or a token';
  if (auth === 'off') return 'Anyone who can reach this server may use it without a key (AUTH=off)';
  return 'Requests of this machine need no key; all others do';
}
