import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Scope } from '../../contract/access.ts';
import { Refusal } from '../../contract/errors.ts';
import { addressOf } from '../client-gone.ts';
import type { Dependencies } from '../dependencies.ts';
import { STORE_RETRY_SECONDS } from '../failure.ts';
import { type Caller, may, setCaller } from './caller.ts';
import { type Counters, processCounters, sharedCounters } from './counters.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { isCrossSite } from './cross-site.ts';
import { KeyRing } from './key-ring.ts';
import { type Locality, localityOf } from './locality.ts';
import { networkOf } from './network.ts';
import type { OidcConfig, TokenVerifier } from './oidc.ts';
import { limitRate, noteFailure, refuseGuessing } from './rate-limit.ts';
import { scopesWithoutKey } from './rights.ts';

/** What a route asks of its callers: nothing at all, any valid key, or a scope. */
export type Access = 'public' | 'any' | Scope;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Without it only `admin` gets in: who forgets it sees that at once, and nobody else sees anything. */
    access?: Access;
  }
  interface FastifyInstance {
    /** Every route of this application, with what it asks. */
    readonly accesses: () => readonly RouteAccess[];
  }
}

export interface RouteAccess {
  readonly method: string;
  /** With `:name` for what varies. */
  readonly url: string;
  readonly access: Access;
}

/** Looks at every request before its body: who is it, how often, and may they. */
export function guardRequests(app: FastifyInstance, deps: Dependencies): void {
  const counters = deps.shared ? sharedCounters(deps.shared, deps.clock) : processCounters(deps.clock);
  const identify = identifier(deps, counters);
  listRoutes(app);
  app.addHook('onRequest', async (request, reply) => {
    const access = accessOf(request);
    if (access === 'public') return;
    const caller = await identify(request, reply);
    await limitRate(counters, nameOf(caller, request), caller.perMinute, reply);
    admit(caller, access, reply);
    if (caller.keyId === null && isCrossSite(request, deps.config.corsOrigins)) {
      throw new Refusal('CROSS_SITE', {});
    }
    setCaller(request, caller);
  });
}

/** Routes of plugins get their access after they are announced, so it is looked up when asked for. */
function listRoutes(app: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  app.decorate('accesses', () =>
    routes.flatMap(({ method, url, config }) =>
      [method].flat().map((one) => ({ method: one, url, access: config?.access ?? 'admin' })),
    ),
  );
}

/** An address that is none tells only those who may be here that it is none. */
function accessOf(request: FastifyRequest): Access {
  return request.is404 ? 'any' : (request.routeOptions.config.access ?? 'admin');
}

function nameOf({ keyId }: Caller, request: FastifyRequest): string {
  return keyId === null ? `from:${networkOf(addressOf(request))}` : `key:${keyId}`;
}

function admit(caller: Caller, access: Scope | 'any', reply: FastifyReply): void {
  if (access === 'any' ? caller.scopes.size > 0 : may(caller, access)) return;
  if (caller.keyId === null) {
    reply.header('www-authenticate', CHALLENGE);
    throw new Refusal('UNAUTHORIZED', {});
  }
  const scope = access === 'any' ? 'predict' : access;
  reply.header('www-authenticate', `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`);
  throw new Refusal('MISSING_SCOPE', { scope });
}

const CHALLENGE = 'Bearer realm="tampinha"';

/** Loaded only where there is an issuer: a start without one is sooner ready. */
function verifierOf(oidc: OidcConfig): TokenVerifier {
  const loaded = import('./oidc.ts').then(({ tokenVerifier }) => tokenVerifier(oidc));
  return async (token) => (await loaded)(token);
}

function identifier({ config, keys, clock, logger }: Dependencies, counters: Counters) {
  const ring = new KeyRing(keys, clock);
  const verify = config.oidc ? verifierOf(config.oidc) : async () => undefined;

  function withoutKey(from: Locality): Caller {
    const scopes = scopesWithoutKey(config.auth, config.host, from);
    const local = from === 'local';
    return { keyId: null, scopes, local, perMinute: local ? 0 : config.rateLimitPerMinute };
  }

  async function holderOf({ kind, text }: Credentials, local: boolean): Promise<Caller | undefined> {
    const perMinute = config.keyRateLimitPerMinute;
    if (kind === 'key') {
      const key = await ring.find(text);
      return (
        key && { keyId: key.id, scopes: new Set(key.scopes), perMinute: key.perMinute ?? perMinute, local }
      );
    }
    const token = await verify(text);
    return token && { keyId: identityOf(token.subject), scopes: token.scopes, perMinute, local };
  }

  return async (request: FastifyRequest, reply: FastifyReply): Promise<Caller> => {
    const from = localityOf(request, config.trustProxy.length > 0);
    const credentials = credentialsOf(request.headers);
    if (!credentials) return withoutKey(from);
    const network = networkOf(addressOf(request));
    await refuseGuessing(counters, network);
    const caller = await holderOf(credentials, from === 'local').catch((cause: unknown) => {
      logger?.error(cause, 'A key or token could not be checked');
      throw new Refusal('AUTH_UNAVAILABLE', { seconds: STORE_RETRY_SECONDS }, { cause });
    });
    if (caller) return caller;
    await noteFailure(counters, network);
    reply.header('www-authenticate', `${CHALLENGE}, error="invalid_token"`);
    throw new Refusal('INVALID_CREDENTIALS', {});
  };
}

/** Longer subjects, and those with characters that no log holds, are known by their hash: cut off, two would be one. */
const LONGEST_SUBJECT = 100;

function identityOf(subject: string): string {
  const plain = subject.length <= LONGEST_SUBJECT && /^[^\p{Cc}\p{Cs}]*$/u.test(subject);
  return plain ? `oidc:${subject}` : `oidc:sha256:${createHash('sha256').update(subject).digest('hex')}`;
}
