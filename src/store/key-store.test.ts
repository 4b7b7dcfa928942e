import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NewApiKey } from './key-store.ts';
import type { Store } from './open.ts';
import { describeStores, type Place } from './test-stores.ts';

describeStores('key store', (makePlace) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  it('finds a key by its hash only, with everything that was put in', async () => {
    await store.keys.create(key(1));
    expect(await store.keys.findByHash(key(1).hash)).toEqual({ ...key(1), revoked: null, lastUsed: null });
    expect(await store.keys.findByHash(key(2).hash)).toBeUndefined();
  });

  it('lists the newest first, revoked ones included', async () => {
    for (const n of [2, 1, 3]) await store.keys.create(key(n));
    await store.keys.revoke(key(2).id, '2026-12-01T00:00:00.000Z');
    expect((await store.keys.list()).map(({ name }) => name)).toEqual(['key 3', 'key 2', 'key 1']);
  });

  it('takes neither an id nor a hash twice', async () => {
    await store.keys.create(key(1));
    await expect(store.keys.create({ ...key(2), hash: key(1).hash })).rejects.toThrow();
    await expect(store.keys.create({ ...key(2), id: key(1).id })).rejects.toThrow();
    expect(await store.keys.list()).toHaveLength(1);
  });

  it('revokes once, and the first time stays', async () => {
    await store.keys.create(key(1));
    expect(await store.keys.revoke(key(1).id, '2026-12-01T00:00:00.000Z')).toBe(true);
    expect(await store.keys.revoke(key(1).id, '2026-12-02T00:00:00.000Z')).toBe(false);
    expect(await store.keys.revoke(key(2).id, '2026-12-02T00:00:00.000Z')).toBe(false);
    expect(await store.keys.findByHash(key(1).hash)).toMatchObject({ revoked: '2026-12-01T00:00:00.000Z' });
  });

  it('remembers the latest use, also over a restart', async () => {
    await store.keys.create(key(1));
    for (const day of ['02', '03', '01']) {
      store.keys.touchLastUsed(key(1).id, `2026-12-${day}T00:00:00.000Z`);
    }
    await store.close();
    store = await place.open();
    store.keys.touchLastUsed(key(1).id, '2026-12-02T12:00:00.000Z');
    await store.close();
    store = await place.open();
    expect(await store.keys.findByHash(key(1).hash)).toMatchObject({ lastUsed: '2026-12-03T00:00:00.000Z' });
  });
});

function key(n: number): NewApiKey {
  return {
    id: `01936f0e-0000-7000-8000-${String(n).padStart(12, '0')}`,
    name: `key ${n}`,
    prefix: `tpk_${n}`,
    hash: String(n).repeat(64),
    scopes: ['predict', 'read'],
    perMinute: n === 2 ? 0 : null,
    created: `2026-11-2${n}T00:00:00.000Z`,
    expires: n % 2 ? null : '2027-11-23T00:00:00.000Z',
  };
}
