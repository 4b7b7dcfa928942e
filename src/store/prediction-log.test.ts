import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from './open.ts';
import type { PredictionLog } from './prediction-log.ts';
import { answered, id, refused } from './test-entries.ts';
import { describeStores, type Place } from './test-stores.ts';

describeStores('prediction log', (makePlace) => {
  let place: Place;
  let store: Store;
  let log: PredictionLog;
  const open = async () => {
    store = await place.open();
    log = store.log;
  };
  beforeEach(async () => {
    place = await makePlace();
    await open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  it('gives back what was put in, also after a restart', async () => {
    const entries = [answered(1), refused(2)];
    for (const entry of entries) await log.append(entry);
    await store.close();
    await open();
    for (const entry of entries) expect(await log.find(entry.id)).toEqual(entry);
    expect(await log.find(id(3))).toBeUndefined();
  });

  it('commits a burst, every row once', async () => {
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => log.append(answered(n))));
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await log.list({ limit: 170, cursor });
      for (const { id } of page.entries) seen.add(id);
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen.size).toBe(1_000);
  });

  it('fails only the row that is wrong', async () => {
    const results = await Promise.allSettled(
      [answered(1), answered(1), answered(2)].map((e) => log.append(e)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await log.list({ limit: 10 })).entries.map((entry) => entry.id)).toEqual([id(2), id(1)]);
  });

  it('lists by every filter, newest first', async () => {
    const other = answered(4);
    other.client.address = '10.0.0.4';
    if (other.prediction) Object.assign(other.prediction, { verdict: 'closed', model: 'ffffffffffff' });
    for (const entry of [answered(1), answered(2), refused(3), other]) await log.append(entry);
    const listed = async (filter: object) =>
      (await log.list({ limit: 10, ...filter })).entries.map((entry) => entry.id);

    expect(await listed({})).toEqual([id(4), id(3), id(2), id(1)]);
    expect(await listed({ verdict: 'closed' })).toEqual([id(4)]);
    expect(await listed({ model: 'ffffffffffff' })).toEqual([id(4)]);
    expect(await listed({ client: '10.0.0.4' })).toEqual([id(4)]);
    expect(await listed({ outcome: 'refused' })).toEqual([id(3)]);
    expect(await listed({ from: '2026-11-23T00:00:02Z', to: '2026-11-23T01:00:04+01:00' })).toEqual([
      id(3),
      id(2),
    ]);
    expect(await listed({ cursor: id(3) })).toEqual([id(2), id(1)]);
  });

  it('says where the next page begins, and null on the last', async () => {
    for (const n of [1, 2, 3]) await log.append(answered(n));
    const first = await log.list({ limit: 2 });
    expect(first.next).toBe(id(2));
    expect(await log.list({ limit: 2, cursor: id(2) })).toMatchObject({
      next: null,
      entries: [{ id: id(1) }],
    });
  });

  it('stores feedback once, replaces it and takes it back', async () => {
    const said = (label: 'open' | 'none', comment: string | null) => ({
      prediction: id(1),
      label,
      comment,
      created: '2026-11-23T10:00:00.000Z',
      reviewed: label === 'none',
    });
    expect(await log.saveFeedback(said('open', null))).toBe(false);
    await log.append(answered(1));
    expect(await log.saveFeedback(said('open', null))).toBe(true);
    expect(await log.saveFeedback(said('none', 'É uma lata; "aspas" \u{1F37A}'))).toBe(true);
    expect(await log.findFeedback(id(1))).toEqual(said('none', 'É uma lata; "aspas" \u{1F37A}'));
    expect(await log.removeFeedback(id(1))).toBe(true);
    expect(await log.removeFeedback(id(1))).toBe(false);
    expect(await log.findFeedback(id(1))).toBeUndefined();
  });

  it('writes what waits before it closes', async () => {
    const appended = Promise.all([log.append(answered(1)), log.append(answered(2))]);
    await store.close();
    await open();
    await appended;
    expect((await log.list({ limit: 10 })).entries).toHaveLength(2);
  });

  it('checks itself', async () => {
    await expect(log.check()).resolves.toBeUndefined();
  });

  it('keeps any text that a client can send', async () => {
    let n = 0;
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(text, text, async (file, userAgent) => {
        n += 1;
        const entry = answered(n, { file });
        entry.client.user_agent = userAgent;
        await log.append(entry);
        const found = await log.find(id(n));
        expect(found?.prediction?.file).toBe(wellFormed(file));
        expect(found?.client.user_agent).toBe(wellFormed(userAgent));
        if (file) expect((await log.list({ limit: 1, client: file, model: file })).entries).toEqual([]);
      }),
      {
        numRuns: 30,
        examples: [
          ['\0', '\ud800'],
          ["'; drop table predictions; --", '\u{1F37A}'],
        ],
      },
    );
  });

  it.each([
    ['truncated', '203.0.113.0'],
    ['none', ''],
    ['hashed', expect.stringMatching(/^[0-9a-f]{32}$/)],
  ] as const)('keeps a client address %s, and finds it by what it was', async (clientAddress, kept) => {
    await store.close();
    store = await place.open({ clientAddress, clientAddressSecret: 'a secret of some length' });
    const entry = answered(1);
    entry.client.address = '203.0.113.77';
    await store.log.append(entry);
    const [found] = (await store.log.list({ limit: 10 })).entries;
    expect(found?.client.address).toEqual(kept);
    for (const client of ['203.0.113.77', found?.client.address].filter(Boolean)) {
      const { entries } = await store.log.list({ limit: 10, client });
      expect(entries).toHaveLength(clientAddress === 'none' ? 0 : 1);
    }
    expect((await store.log.list({ limit: 10, client: '198.51.100.1' })).entries).toEqual([]);
  });

  it('forgets what is older than it should keep, with what was said about it', async () => {
    const created = ['2026-09-30', '2026-10-23', '2026-10-25', '2026-11-22'];
    for (const [n, day] of created.entries()) {
      await log.append(answered(n, { created: `${day}T00:00:00.000Z` }));
      const said = {
        label: 'open',
        comment: null,
        created: `${day}T01:00:00.000Z`,
        reviewed: false,
      } as const;
      await log.saveFeedback({ prediction: id(n), ...said });
    }
    const now = new Date('2026-11-23T00:00:00Z');
    expect(await store.maintain(now, null)).toMatchObject({ deleted: 0 });
    expect(await store.maintain(now, 30)).toMatchObject({ deleted: 2 });
    expect((await log.list({ limit: 10 })).entries.map((entry) => entry.id)).toEqual([id(3), id(2)]);
    const { items } = await store.insights.feedback({ limit: 10 });
    expect(items.map(({ prediction }) => prediction)).toEqual([id(3), id(2)]);
    expect(await log.findFeedback(id(0))).toBeUndefined();
    expect(await store.maintain(now, 30)).toMatchObject({ deleted: 0 });
  });
});

function wellFormed(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '\uFFFD').toWellFormed();
}
