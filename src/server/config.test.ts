import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

describe('readConfig', () => {
  it('has a safe default for everything', () => {
    expect(readConfig({}, 2)).toMatchObject({
      port: 8501,
      host: '127.0.0.1',
      dataDir: 'data',
      model: 'default',
      concurrency: 2,
      rateLimitPerMinute: 100,
      logReaders: 'loopback',
      trustProxy: [],
    });
  });

  it('reads what is set, and takes nothing for not set', () => {
    const config = readConfig({ PORT: '80', HOST: '', CONCURRENCY: '3', TRUST_PROXY: '10.0.0.0/8, ::1,' }, 2);
    expect(config).toMatchObject({
      port: 80,
      host: '127.0.0.1',
      concurrency: 3,
      trustProxy: ['10.0.0.0/8', '::1'],
    });
  });

  it('names every wrong setting at once', () => {
    const wrong = {
      PORT: 'http',
      LOG_LEVEL: 'loud',
      QUEUE_LENGTH: '0',
      MODEL: '../secret',
      TRUST_PROXY: '10.0.0.1, proxy',
      WEBHOOK_ALLOW: 'hooks.example,10.0.0.0/',
      HOST: 'localhost',
    };
    expect(() => readConfig(wrong, 2)).toThrow(ConfigError);
    try {
      readConfig(wrong, 2);
    } catch (error) {
      const text = String(error);
      for (const name of ['PORT=http', 'LOG_LEVEL=loud', 'QUEUE_LENGTH=0', 'MODEL=../secret']) {
        expect(text).toContain(name);
      }
      expect(text).toMatch(/TRUST_PROXY=.*: proxy is not/);
      expect(text).toMatch(/WEBHOOK_ALLOW=.*: 10\.0\.0\.0\/ is not/);
      expect(text).not.toContain('HOST');
    }
  });

  it('names what contradicts, and keeps passwords to itself', () => {
    expect(() => readConfig({ OIDC_ISSUER: 'https://issuer.example', TLS_KEY: 'key.pem' }, 2)).toThrow(
      /OIDC_AUDIENCE is needed.*TLS_CERT is needed/s,
    );
    expect(() =>
      readConfig({ CLIENT_ADDRESS: 'hashed', DATABASE_READ_URL: 'postgres://replica/log' }, 2),
    ).toThrow(/CLIENT_ADDRESS_SECRET is needed.*DATABASE_URL is needed/s);
    expect(() => readConfig({ REDIS_URL: 'http://user:s3cret@cache' }, 2)).toThrow(/REDIS_URL=…/);
    expect(() => readConfig({ REDIS_URL: 'http://user:s3cret@cache' }, 2)).not.toThrow(/s3cret/);
  });

  it.each([
    ['OIDC_ISSUER', 'http://issuer.example'],
    ['OIDC_JWKS_URL', 'http://127.0.0.1.issuer.example/keys'],
    ['OIDC_SCOPES', 'operator=everything'],
    ['PICTURE_FORMATS', 'jpeg,svg'],
    ['DATABASE_URL', 'mysql://127.0.0.1/log'],
    ['CLIENT_ADDRESS_SECRET', 'short'],
    ['RETENTION_DAYS', '-1'],
    ['CORS_ORIGINS', '*'],
    ['TRUST_PROXY', '10.0.0.0/99'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', 'proxy.example'],
    ['WEBHOOK_ALLOW', '10.0.0.0/99'],
    ['WEBHOOK_ALLOW', '10.0.0.0/8/8'],
    ['WEBHOOK_ALLOW', 'https://hooks.example'],
    ['WEBHOOK_ALLOW', 'hooks.example:8080'],
    ['WEBHOOK_ALLOW', '10.0.0.256'],
  ])('does not take %s=%s', (name, value) => {
    expect(() => readConfig({ OIDC_AUDIENCE: 'tampinha', [name]: value }, 2)).toThrow(name);
  });

  it('takes every form of address, network and name in lists', () => {
    const trusted = '127.0.0.1, 10.0.0.0/8,fd00::/8,::1, loopback';
    const allowed = 'localhost, Hooks.example,a-1.b_2.example, 127.0.0.1,10.0.0.0/8,fd00::/8,0.0.0.0/0';
    const config = readConfig({ TRUST_PROXY: trusted, WEBHOOK_ALLOW: allowed }, 2);
    expect([config.trustProxy.length, config.webhookAllow.length]).toEqual([5, 7]);
  });

  it('reads lists into what they stand for', () => {
    const config = readConfig(
      {
        ...{ OIDC_ISSUER: 'http://localhost:9000/realms/x', OIDC_AUDIENCE: 'tampinha' },
        ...{ OIDC_SCOPES: 'operator=predict, boss=admin', PICTURE_FORMATS: 'png , jpeg' },
      },
      2,
    );
    expect(config.oidc?.scopes).toEqual(
      new Map([
        ['operator', 'predict'],
        ['boss', 'admin'],
      ]),
    );
    expect(config.pictureFormats).toEqual(['jpeg', 'png']);
  });

  it.each(['65536', '-1', '1.5', '0x50', '8501 or so'])('does not take PORT=%s', (PORT) => {
    expect(() => readConfig({ PORT }, 2)).toThrow('PORT');
  });
});
