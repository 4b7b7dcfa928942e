import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ApiKey, KeyStore } from '../../store/key-store.ts';
import { newApiKey } from './api-key.ts';
import { KeyRing } from './key-ring.ts';

// A store that can be watched and a clock that can be moved.

function ring() {
  const { text, prefix, hash } = newApiKey(randomBytes);
  const times = { revoked: null, lastUsed: null, created: '2026-11-23T00:00:00.000Z' };
  let key: ApiKey = {
    ...{ id: 'k', name: 'k', prefix, hash, scopes: ['predict'], perMinute: null, ...times },
    expires: '2026-11-24T00:00:00.000Z',
  };
  let elapsed = 1_000;
  let asked = 0;
  const uses: string[] = [];
  const store: Pick<KeyStore, 'findByHash' | 'touchLastUsed'> = {
    async findByHash(wanted) {
      asked += 1;
      return wanted === key.hash ? key : undefined;
    },
    touchLastUsed: (id, at) => void uses.push(`${id} ${at}`),
  };
  const start = Date.parse('2026-11-23T12:00:00.000Z') - elapsed;
  const clock = { now: () => new Date(start + elapsed), elapsed: () => elapsed };
  return {
    ring: new KeyRing(store, clock),
    text,
    uses,
    asked: () => asked,
    revoke: () => {
      key = { ...key, revoked: '2026-11-23T12:00:00.000Z' };
    },
    wait: (ms: number) => {
      elapsed += ms;
    },
  };
}

it('asks once for what comes at once, and hardly more often for what comes all the time', async () => {
  const { ring: keys, text, asked, wait, uses } = ring();
  expect(await Promise.all([keys.find(text), keys.find(text), keys.find(text)])).toHaveLength(3);
  expect(asked()).toBe(1);
  for (let i = 0; i < 1_000; i += 1) {
    wait(10);
    expect(await keys.find(text)).toMatchObject({ id: 'k' });
  }
  expect(asked()).toBeLessThanOrEqual(6);
  expect(uses.at(-1)).toBe('k 2026-11-23T12:00:10.000Z');
});

it('knows within five seconds that a key has been taken back', async () => {
  const { ring: keys, text, revoke, wait } = ring();
  expect(await keys.find(text)).toBeDefined();
  revoke();
  wait(4_999);
  expect(await keys.find(text)).toBeUndefined();
});

it('ends a key at its time, whatever it remembers', async () => {
  const { ring: keys, text, wait, uses } = ring();
  wait(12 * 3_600_000 - 1);
  expect(await keys.find(text)).toBeDefined();
  wait(1);
  expect(await keys.find(text)).toBeUndefined();
  expect(uses).toHaveLength(1);
});

it('bothers the store with nothing that is no key', async () => {
  const { ring: keys, text, asked } = ring();
  for (const wrong of [
    '',
    'tmp_',
    text.slice(0, -1),
    `${text}A`,
    text.replace('tmp', 'tpm'),
    'x'.repeat(5_000),
  ]) {
    expect(await keys.find(wrong)).toBeUndefined();
  }
  expect(asked()).toBe(0);
});
