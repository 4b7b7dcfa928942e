import { describe, expect, it } from 'vitest';
import { testCard } from '../../model/test-card.ts';
import type { Inference, LookOptions, Sighting, Subject } from '../inference/inference.ts';
import { queued } from '../inference/queued.ts';
import { systemClock } from '../system.ts';
import { WorkQueue } from '../work-queue.ts';
import { cached, type Source } from './cached.ts';
import { memoryShelf } from './shelves.ts';

const card = testCard({ name: 'counting' });

function sighting(model: string, heatmap?: boolean): Sighting {
  return {
    ...{ verdict: 'open', p_open: 0.9, confidence: 0.9, bottles: [], model },
    ...{ width: 4, height: 3, format: 'jpeg', brightness: 0.5, decodeMs: 5, inferMs: 7 },
    ...(heatmap && { heatmap: { width: 1, height: 1, values: [0.5] } }),
  };
}

/** Looks when it is let, and counts. */
function setUp({ bytes = 1_000_000, concurrency = 100 } = {}) {
  const looks: { subject: Subject; options: LookOptions }[] = [];
  const waiting: ((outcome: Sighting | Error) => void)[] = [];
  let model = card;
  const inner: Inference = {
    get card() {
      return model;
    },
    look: (subject, options = {}) =>
      new Promise((resolve, reject) => {
        looks.push({ subject, options });
        waiting.push((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
        options.signal?.addEventListener('abort', () => reject(new Error('nobody waits')));
      }),
  };
  const sources: Source[] = [];
  const queue = new WorkQueue({ concurrency, longest: 100, deadlineMs: 600_000, clock: systemClock });
  const cache = cached(queued(inner, queue), {
    memory: memoryShelf(bytes),
    onAnswer: (source) => sources.push(source),
  });
  return {
    cache,
    queue,
    looks,
    sources,
    /** Answers the oldest question as soon as there is one. */
    async answer(outcome: Sighting | Error = sighting(card.id)) {
      while (waiting.length === 0) await settled();
      waiting.shift()?.(outcome);
    },
    swap: (id: string) => {
      model = { ...card, id };
    },
  };
}

const picture = (sha256: string): Subject => ({ bytes: new Uint8Array(3), sha256 });
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the very same picture', () => {
  it('is looked at once, and its later answers say so and cost nothing', async () => {
    const { cache, looks, answer, sources } = setUp();
    const first = cache.look(picture('a'));
    await answer();
    expect(await first).toEqual(sighting(card.id));
    expect(await cache.look(picture('a'))).toEqual({
      ...sighting(card.id),
      ...{ decodeMs: 0, inferMs: 0, cached: true },
    });
    expect(looks).toHaveLength(1);
    expect(sources).toEqual(['computed', 'memory']);
  });

  it('asked about by many at once is looked at once', async () => {
    const { cache, looks, answer, sources } = setUp();
    const asked = Array.from({ length: 50 }, () => cache.look(picture('a')));
    const other = cache.look(picture('b'));
    await answer();
    await answer();
    const answers = await Promise.all([...asked, other]);
    expect(looks.map(({ subject }) => subject.sha256)).toEqual(['a', 'b']);
    expect(answers.filter((one) => one.cached)).toHaveLength(49);
    expect(sources.filter((source) => source === 'joined')).toHaveLength(49);
  });

  it('is looked at again by another model, and a late answer of the old one stays that model’s', async () => {
    const { cache, looks, answer, swap } = setUp();
    const begun = cache.look(picture('a'));
    swap('new');
    await answer(sighting(card.id));
    await begun;
    const second = cache.look(picture('a'));
    await answer(sighting('new'));
    expect((await second).model).toBe('new');
    expect((await cache.look(picture('a'))).model).toBe('new');
    swap(card.id);
    expect(await cache.look(picture('a'))).toMatchObject({ model: card.id, cached: true });
    expect(looks).toHaveLength(2);
  });

  it('is looked at again when it is asked where, and then answers both questions', async () => {
    const { cache, looks, answer } = setUp();
    const plain = cache.look(picture('a'));
    await answer();
    await plain;
    const where = cache.look(picture('a'), { heatmap: true });
    await answer(sighting(card.id, true));
    expect(await where).toHaveProperty('heatmap');
    expect(await cache.look(picture('a'), { heatmap: true })).toMatchObject({
      cached: true,
      heatmap: { values: [0.5] },
    });
    expect(await cache.look(picture('a'))).not.toHaveProperty('heatmap');
    expect(looks.map(({ options }) => options.heatmap ?? false)).toEqual([false, true]);
  });
});

describe('those who wait', () => {
  it('share one look whether their route has no heatmap to offer or none was asked for', async () => {
    const { cache, looks, answer, sources } = setUp();
    const asked = [cache.look(picture('a')), cache.look(picture('a'), { heatmap: false })];
    await answer();
    await Promise.all(asked);
    expect(looks).toHaveLength(1);
    expect(sources.sort()).toEqual(['computed', 'joined']);
  });

  it('do not wait behind others because someone who has time asked first', async () => {
    const { cache, looks, answer } = setUp({ concurrency: 1 });
    const running = cache.look(picture('running'));
    const batch = cache.look(picture('a'), { priority: 'job' });
    const other = cache.look(picture('b'));
    const person = cache.look(picture('a'), { priority: 'page' });
    for (let i = 0; i < 3; i += 1) await answer();
    await Promise.all([running, batch, other, person]);
    expect(looks.map(({ subject }) => subject.sha256)).toEqual(['running', 'a', 'b']);
  });

  it('find the answer kept although the one who began has left', async () => {
    const { cache, looks, answer } = setUp();
    const second = await leftBehind(cache);
    await answer();
    expect(await second.answer).toMatchObject({ cached: true });
    expect(await cache.look(picture('a'))).toMatchObject({ cached: true });
    expect(looks).toHaveLength(1);
  });

  it('get the failure together, and it is not kept', async () => {
    const { cache, looks, answer } = setUp();
    const asked = Promise.allSettled([cache.look(picture('a')), cache.look(picture('a'))]);
    await answer(new Error('broken'));
    for (const outcome of await asked) expect(outcome.status).toBe('rejected');
    const again = cache.look(picture('a'));
    await answer();
    expect(await again).toMatchObject({ verdict: 'open' });
    expect(looks).toHaveLength(2);
  });

  it('go on waiting when the one who began has left', async () => {
    const { cache, answer } = setUp();
    const second = await leftBehind(cache);
    await answer();
    expect(await second.answer).toMatchObject({ verdict: 'open' });
  });

  it('end the work by leaving, the last of them, and whoever comes then begins anew', async () => {
    const { cache, looks, answer } = setUp();
    const leaving = [new AbortController(), new AbortController()];
    const asked = Promise.allSettled(leaving.map(({ signal }) => cache.look(picture('a'), { signal })));
    await settled();
    leaving[0]?.abort(new Error('left'));
    await settled();
    expect(looks[0]?.options.signal?.aborted).toBe(false);
    leaving[1]?.abort(new Error('left'));
    await asked;
    expect(looks[0]?.options.signal?.aborted).toBe(true);
    const next = cache.look(picture('a'));
    await answer(new Error('of the work that was given up'));
    await answer();
    expect(await next).toMatchObject({ verdict: 'open' });
  });
});

describe('memory', () => {
  it('stays within its bytes: the least recently asked for is forgotten first', async () => {
    const shelf = memoryShelf(20_000);
    for (let i = 0; i < 1_000; i += 1) {
      shelf.put(`${i}`, sighting('m', true));
      shelf.get('0');
      expect(shelf.bytes).toBeLessThanOrEqual(20_000);
    }
    expect(shelf.get('0')).toBeDefined();
    expect(shelf.get('1')).toBeUndefined();
    expect(shelf.get('999')).toBeDefined();
  });
});

/** One who asked for what another had begun to ask for, once the other has left. */
async function leftBehind(cache: Inference) {
  const leaving = new AbortController();
  const first = cache.look(picture('a'), { signal: leaving.signal });
  const answer = cache.look(picture('a'));
  leaving.abort(new Error('left'));
  await expect(first).rejects.toThrow('left');
  // In an object: a promise handed back by itself would be waited for.
  return { answer };
}
