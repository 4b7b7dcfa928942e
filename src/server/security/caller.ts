import type { FastifyRequest } from 'fastify';
import type { Scope } from '../../contract/access.ts';

/** Who sends a request, as far as what they may do is concerned. */
export interface Caller {
  /** What the log calls a key or a token's subject; null without credentials. */
  readonly keyId: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** Requests a minute, 0 for no limit. */
  readonly perMinute: number;
  /** The request comes from this machine and was meant for it. */
  readonly local: boolean;
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** The caller that the guard has found; every handler runs after it. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error('A handler ran before the guard');
  return caller;
}

export function may({ scopes }: Caller, scope: Scope): boolean {
  return scopes.has(scope) || scopes.has('admin');
}
