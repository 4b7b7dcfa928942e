import { type Static, Type } from 'typebox';
import { isScope, SCOPES, type Scope } from '../../contract/access.ts';
import { PICTURE_FORMATS, type PictureFormat } from '../../contract/limits.ts';
import { listed } from '../network-list.ts';
import type { OidcConfig } from './oidc.ts';
import type { AuthMode } from './rights.ts';

// The settings that say who may do what, and over what. `config.ts` reads them together with all others.

const MODES = ['auto', 'required', 'off'] as const satisfies readonly AuthMode[];

/** Keys fetched over a line that anyone can write on prove nothing; to this machine there is no such line. */
const SECURE_ADDRESS = String.raw`^(|https://\S+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/\S*)?)$`;

const listOf = (item: string) => `^(|${item}( *, *${item})*)$`;

export const SECURITY_SETTINGS = {
  AUTH: Type.Unsafe<AuthMode>(
    Type.Enum([...MODES], {
      default: 'auto',
      description:
        'Who needs an API key or a token: `required` everyone; `off` nobody; `auto` nobody on this machine while ' +
        '`HOST` is an address of this machine only, and everyone otherwise',
    }),
  ),
  KEY_RATE_LIMIT_PER_MINUTE: Type.Integer({
    minimum: 0,
    maximum: 10_000_000,
    default: 6000,
    description: 'API requests a minute with one key or token that has no limit of its own; 0 is no limit',
  }),
  OIDC_ISSUER: Type.String({
    pattern: SECURE_ADDRESS,
    default: '',
    description: 'OpenID Connect issuer whose access tokens are taken, as its tokens spell it (`iss`)',
  }),
  OIDC_AUDIENCE: Type.String({
    default: '',
    description: 'What must be among the tokens’ `aud`; needed with `OIDC_ISSUER`',
  }),
  OIDC_JWKS_URL: Type.String({
    pattern: SECURE_ADDRESS,
    default: '',
    description: 'Where the issuer’s public keys are; without it its discovery document says so',
  }),
  OIDC_SCOPE_CLAIM: Type.String({
    minLength: 1,
    default: 'scope',
    description: 'The claim that holds the scopes, such as `scope`, `permissions` or `realm_access.roles`',
  }),
  OIDC_SCOPES: Type.String({
    pattern: listOf(`[^=,\\s]+=(${SCOPES.join('|')})`),
    default: '',
    description:
      'What words of that claim stand for, as `their-word=our-scope` separated by commas; others stand for themselves',
  }),
  OIDC_CLOCK_TOLERANCE_SECONDS: Type.Integer({
    minimum: 0,
    maximum: 300,
    default: 30,
    description: 'How far the issuer’s clock may be from this one',
  }),
  REDIS_URL: Type.String({
    pattern: String.raw`^(|rediss?://\S+)$`,
    default: '',
    description: 'Redis that all processes share for rate limits and answers; without it each has its own',
  }),
  REDIS_TIMEOUT_MS: Type.Integer({
    minimum: 10,
    maximum: 60_000,
    default: 250,
    description:
      'A Redis that takes longer is done without, for a second; each process then goes on by itself',
  }),
  CACHE_MB: Type.Integer({
    minimum: 0,
    maximum: 100_000,
    default: 64,
    description:
      'Memory of a process for answers to pictures seen before; 0 gives every picture a look of its own',
  }),
  CACHE_TTL_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 31_536_000,
    default: 86_400,
    description: 'How long Redis keeps an answer',
  }),
  TLS_CERT: Type.String({ default: '', description: 'File with the certificate chain (PEM) for HTTPS' }),
  TLS_KEY: Type.String({
    default: '',
    description: 'File with its private key (PEM). Both are read again when they change',
  }),
  PICTURE_FORMATS: Type.String({
    pattern: `^(${PICTURE_FORMATS.join('|')})( *, *(${PICTURE_FORMATS.join('|')}))*$`,
    default: PICTURE_FORMATS.join(','),
    description: 'Formats that are taken, separated by commas; no other decoder sees a byte',
  }),
};
const Shape = Type.Object(SECURITY_SETTINGS);
type SecuritySettings = Static<typeof Shape>;

export interface SecurityConfig {
  readonly auth: AuthMode;
  readonly keyRateLimitPerMinute: number;
  readonly oidc: OidcConfig | null;
  /** Empty without Redis. */
  readonly redisUrl: string;
  readonly redisTimeoutMs: number;
  readonly cacheBytes: number;
  readonly cacheTtlSeconds: number;
  /** File names. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly pictureFormats: readonly PictureFormat[];
}

/** From settings that fit the schema. */
export function readSecurity(settings: SecuritySettings): SecurityConfig {
  const { TLS_CERT: cert, TLS_KEY: key } = settings;
  return {
    auth: settings.AUTH,
    keyRateLimitPerMinute: settings.KEY_RATE_LIMIT_PER_MINUTE,
    oidc: settings.OIDC_ISSUER ? readOidc(settings) : null,
    redisUrl: settings.REDIS_URL,
    redisTimeoutMs: settings.REDIS_TIMEOUT_MS,
    cacheBytes: settings.CACHE_MB * 1_000_000,
    cacheTtlSeconds: settings.CACHE_TTL_SECONDS,
    tls: cert ? { cert, key } : null,
    pictureFormats: PICTURE_FORMATS.filter((format) => listed(settings.PICTURE_FORMATS).includes(format)),
  };
}

function readOidc(settings: SecuritySettings): OidcConfig {
  return {
    issuer: settings.OIDC_ISSUER,
    audience: settings.OIDC_AUDIENCE,
    jwksUrl: settings.OIDC_JWKS_URL || null,
    scopeClaim: settings.OIDC_SCOPE_CLAIM,
    scopes: new Map(listed(settings.OIDC_SCOPES).flatMap(translation)),
    clockToleranceSeconds: settings.OIDC_CLOCK_TOLERANCE_SECONDS,
  };
}

function translation(pair: string): [string, Scope][] {
  const [word = '', scope = ''] = pair.split('=');
  return isScope(scope) ? [[word, scope]] : [];
}

/** What is wrong with settings that are each right by themselves. */
export function contradictions(settings: SecuritySettings): string[] {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, TLS_CERT: cert, TLS_KEY: key } = settings;
  return [
    ...(issuer && !audience ? ['OIDC_AUDIENCE is needed with OIDC_ISSUER'] : []),
    ...(!issuer && audience ? ['OIDC_ISSUER is needed with OIDC_AUDIENCE'] : []),
    ...(cert && !key ? ['TLS_KEY is needed with TLS_CERT'] : []),
    ...(key && !cert ? ['TLS_CERT is needed with TLS_KEY'] : []),
  ];
}
