import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { isScope, type Scope } from '../../contract/access.ts';

// Access tokens of an OpenID Connect issuer: signed JWTs, checked with the public keys that the issuer publishes
// (RFC 7519, RFC 9068, OpenID Connect Discovery 1.0).

export interface OidcConfig {
  /** Exactly as the tokens' `iss` says it. */
  readonly issuer: string;
  /** Must be among the tokens' `aud`: a token for another service is none for this one. */
  readonly audience: string;
  /** Where the issuer's keys are; null asks its discovery document. */
  readonly jwksUrl: string | null;
  /** Path of the claim with the scopes, such as `scope` or `realm_access.roles`. */
  readonly scopeClaim: string;
  /** What the claim's words stand for here; a word that is not in it stands for itself. */
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly clockToleranceSeconds: number;
}

export interface Token {
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Undefined for a token that is not valid (any longer) here. Rejects when the issuer's keys cannot be had. */
export type TokenVerifier = (token: string) => Promise<Token | undefined>;

/** Signatures with a private key only: with a shared secret, whoever can check a token can make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const FETCH_TIMEOUT_MS = 5_000;
/** An unknown key id makes jose ask the issuer again, but no more often than this: anyone can invent key ids. */
const COOLDOWN_MS = 10_000;

/** Nothing is fetched before the first token. Keys are kept for ten minutes. */
export function tokenVerifier(config: OidcConfig): TokenVerifier {
  const { issuer, audience, clockToleranceSeconds: clockTolerance } = config;
  const keys = lazyKeys(config);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, await keys(), {
        issuer,
        audience,
        clockTolerance,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
      });
      return { subject: payload.sub ?? '', scopes: scopesIn(payload, config) };
    } catch (error) {
      if (isWrongToken(error)) return undefined;
      throw error;
    }
  };
}

/** What jose says of a token; everything else it throws is about the issuer. */
function isWrongToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}

/** The issuer's keys; where they are is asked once, and again only when the asking failed. */
function lazyKeys({ issuer, jwksUrl }: OidcConfig): () => Promise<JWTVerifyGetKey> {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return () => {
    found ??= (jwksUrl === null ? discover(issuer) : Promise.resolve(jwksUrl)).then((url) =>
      createRemoteJWKSet(new URL(url), {
        timeoutDuration: FETCH_TIMEOUT_MS,
        cooldownDuration: COOLDOWN_MS,
      }),
    );
    found.catch(() => {
      found = undefined;
    });
    return found;
  };
}

const Discovery = Type.Object({ issuer: Type.String(), jwks_uri: Type.String() });

async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const reply = await fetch(address, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' });
  const document: unknown = await reply.json();
  if (!Value.Check(Discovery, document)) throw new Error(`${address} is no discovery document`);
  if (document.issuer !== issuer) throw new Error(`${address} speaks for ${document.issuer}`);
  return document.jwks_uri;
}

function scopesIn(payload: JWTPayload, { scopeClaim, scopes }: OidcConfig): ReadonlySet<Scope> {
  const words = wordsOf(scopeClaim.split('.').reduce<unknown>(member, payload));
  return new Set(words.flatMap((word) => scopes.get(word) ?? (isScope(word) ? word : [])));
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** OAuth writes scopes in one string with blanks between them; most issuers write roles as a list. */
function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}
