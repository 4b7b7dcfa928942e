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
      expect(text).not.toContain('HOST');
    }
  });

  it.each(['65536', '-1', '1.5', '0x50', '8501 or so'])('does not take PORT=%s', (PORT) => {
    expect(() => readConfig({ PORT }, 2)).toThrow('PORT');
  });
});
