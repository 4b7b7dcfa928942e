import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testApp } from '../test-app.ts';
import { type OidcConfig, tokenVerifier } from './oidc.ts';

// A real issuer on this machine: it publishes its keys over HTTP, and signs with them.

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

let server: Server;
let issuer: string;
let keys: { rsa: Pair; ec: Pair; stranger: Pair };
/** What the issuer publishes now; null lets it fail. */
let published: JWK[] | null;
let fetched: string[];

beforeAll(async () => {
  keys = {
    rsa: await generateKeyPair('RS256', { extractable: true }),
    ec: await generateKeyPair('ES256', { extractable: true }),
    stranger: await generateKeyPair('RS256'),
  };
  server = createServer((request, response) => {
    fetched.push(request.url ?? '');
    if (!published) {
      response.writeHead(503).end();
      return;
    }
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
      '/keys': { keys: published },
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(documents[request.url ?? '']));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  issuer = `http://127.0.0.1:${address.port}`;
});
afterAll(() => server.close());

const publicJwk = async ({ publicKey }: Pair, kid: string, alg: string): Promise<JWK> => ({
  ...(await exportJWK(publicKey)),
  ...{ kid, alg, use: 'sig' },
});

beforeEach(async () => {
  published = [await publicJwk(keys.rsa, 'rsa', 'RS256'), await publicJwk(keys.ec, 'ec', 'ES256')];
  fetched = [];
});

const config = (more: Partial<OidcConfig> = {}): OidcConfig => ({
  ...{ issuer, audience: 'tampinha', jwksUrl: null, scopeClaim: 'scope', scopes: new Map() },
  clockToleranceSeconds: 5,
  ...more,
});

describe('the identity of a token', () => {
  it('is the same for no two subjects, and can be written into every log', async () => {
    const test = await testApp({ config: { auth: 'required', oidc: config() } });
    const subjects = [`${'a'.repeat(130)}1`, `${'a'.repeat(130)}2`, 'nul\0inside', 'ana'];
    const ids = [];
    for (const sub of subjects) {
      const headers = { authorization: `Bearer ${await token({ claims: { sub } })}` };
      await test.app.inject({ method: 'POST', url: '/classificar', headers });
      const { entries } = await test.log.list({ limit: 1 });
      ids.push(entries[0]?.client.key_id);
    }
    const hashed = expect.stringMatching(/^oidc:sha256:[0-9a-f]{64}$/);
    expect(ids).toEqual([hashed, hashed, hashed, 'oidc:ana']);
    expect(new Set(ids).size).toBe(4);
    await test.close();
  });
});

interface Made {
  readonly alg?: string;
  readonly kid?: string;
  readonly key?: CryptoKey | Uint8Array;
  readonly claims?: Record<string, unknown>;
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const usual = () => ({ iss: issuer, aud: 'tampinha', sub: 'ana', scope: 'predict', exp: inSeconds(60) });

function token({
  alg = 'RS256',
  kid = 'rsa',
  key = keys.rsa.privateKey,
  claims = {},
}: Made = {}): Promise<string> {
  return new SignJWT({ ...usual(), ...claims }).setProtectedHeader({ alg, kid }).sign(key);
}

describe('a token', () => {
  it('of the issuer, by either kind of key, is taken for what it says', async () => {
    const verify = tokenVerifier(config());
    const ana = { subject: 'ana', scopes: new Set(['predict']) };
    expect(await verify(await token())).toEqual(ana);
    expect(await verify(await token({ alg: 'ES256', kid: 'ec', key: keys.ec.privateKey }))).toEqual(ana);
    expect(await verify(await token({ claims: { aud: ['other', 'tampinha'] } }))).toEqual(ana);
    // The document and the keys, once each.
    expect(fetched).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['without a signature (alg none)', () => new UnsecuredJWT(usual()).encode()],
    ['with its signature cut off', async () => (await token()).replace(/[^.]+$/, '')],
    ['signed by somebody else', () => token({ key: keys.stranger.privateKey })],
    [
      'signed by another key than it names',
      () => token({ alg: 'ES256', kid: 'rsa', key: keys.ec.privateKey }),
    ],
    ['by a key that nobody knows', () => token({ kid: 'new' })],
    [
      'signed with the public key as if that were a secret (alg HS256)',
      async () => token({ alg: 'HS256', key: new TextEncoder().encode(JSON.stringify(published?.[0])) }),
    ],
    ['that was changed', async () => changed(await token({ claims: { scope: 'predict' } }))],
    ['that has expired', () => token({ claims: { exp: inSeconds(-6) } })],
    ['that is not valid yet', () => token({ claims: { nbf: inSeconds(30) } })],
    ['that never expires', () => token({ claims: { exp: undefined } })],
    ['about nobody', () => token({ claims: { sub: undefined } })],
    ['for another service', () => token({ claims: { aud: 'beer-shop' } })],
    ['of another issuer', () => token({ claims: { iss: 'https://issuer.example' } })],
    ['that is none', () => 'eyJhbGciOiJSUzI1NiJ9.x.y'],
    ['of nothing', () => '..'],
  ])('%s is refused', async (_name, make) => {
    expect(await tokenVerifier(config())(await make())).toBeUndefined();
  });

  it('may be as wrong about the time as the settings allow', async () => {
    const late = await token({ claims: { exp: inSeconds(-20) } });
    expect(await tokenVerifier(config({ clockToleranceSeconds: 60 }))(late)).toBeDefined();
  });
});

function changed(jwt: string): string {
  const [head, , signature] = jwt.split('.');
  const claims = Buffer.from(JSON.stringify({ ...usual(), scope: 'admin' })).toString('base64url');
  return [head, claims, signature].join('.');
}

describe('scopes', () => {
  it.each<[string, Partial<OidcConfig>, Record<string, unknown>, string[]]>([
    ['in one string', {}, { scope: 'openid predict read profile' }, ['predict', 'read']],
    ['in a list', { scopeClaim: 'permissions' }, { permissions: ['review', 7, 'x'] }, ['review']],
    ['deep inside', { scopeClaim: 'realm_access.roles' }, { realm_access: { roles: ['admin'] } }, ['admin']],
    [
      'by other words',
      { scopes: new Map([['bottles:ask', 'predict']]) },
      { scope: 'bottles:ask review' },
      ['predict', 'review'],
    ],
    ['nowhere', { scopeClaim: 'constructor.name' }, {}, []],
  ])('%s', async (_name, more, claims, scopes) => {
    const verify = tokenVerifier(config(more));
    const made = await verify(await token({ claims: { scope: undefined, ...claims } }));
    expect([...(made?.scopes ?? [])]).toEqual(scopes);
  });
});

describe('the issuer', () => {
  it('that cannot be reached makes no token wrong, and is asked again', async () => {
    const verify = tokenVerifier(config());
    published = null;
    await expect(verify(await token())).rejects.toThrow();
    published = [await publicJwk(keys.rsa, 'rsa', 'RS256')];
    expect(await verify(await token())).toMatchObject({ subject: 'ana' });
  });

  it('may say where its keys are by a setting, and must speak for itself otherwise', async () => {
    expect(await tokenVerifier(config({ jwksUrl: `${issuer}/keys` }))(await token())).toBeDefined();
    expect(fetched).toEqual(['/keys']);
    const slash = tokenVerifier(config({ issuer: `${issuer}/` }));
    await expect(slash(await token())).rejects.toThrow('speaks for');
  });
});

describe('a server that takes tokens', () => {
  it('does as the token says, and writes its subject into the log', async () => {
    const test = await testApp({ config: { auth: 'required', oidc: config() } });
    const ask = async (jwt: string, method: 'GET' | 'POST', url: string) =>
      (await test.app.inject({ method, url, headers: { authorization: `Bearer ${jwt}` } })).statusCode;
    const jwt = await token();
    expect(await ask(jwt, 'GET', '/v1/models')).toBe(200);
    expect(await ask(jwt, 'GET', '/v1/predictions')).toBe(403);
    expect(await ask(jwt, 'POST', '/classificar')).toBe(400);
    expect(await ask(await token({ claims: { aud: 'x' } }), 'GET', '/v1/models')).toBe(401);
    const { entries } = await test.log.list({ limit: 1 });
    expect(entries[0]?.client.key_id).toBe('oidc:ana');
    published = null;
    const other = await testApp({ config: { auth: 'required', oidc: config() } });
    const headers = { authorization: `Bearer ${jwt}` };
    expect((await other.app.inject({ url: '/v1/models', headers })).statusCode).toBe(503);
    await test.close();
    await other.close();
  });
});
