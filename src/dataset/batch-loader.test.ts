import { afterEach, describe, expect, it } from 'vitest';
import { type BatchLoader, type BatchLoaderConfig, createBatchLoader } from './index.ts';

const workerUrl = new URL('./batch-loader.fixture.ts', import.meta.url);
const loaders: BatchLoader<Float32Array>[] = [];
afterEach(() => Promise.all(loaders.splice(0).map((loader) => loader.close())));

function load(config: Partial<BatchLoaderConfig> = {}): BatchLoader<Float32Array> {
  const loader = createBatchLoader(
    { workerUrl, workerData: { seed: 4 }, threads: 2, prefetch: 3, ...config },
    (value) => {
      if (value instanceof Float32Array) return value;
      throw new TypeError('a batch is not of floats');
    },
  );
  loaders.push(loader);
  return loader;
}

async function first(count: number, loader: BatchLoader<Float32Array>): Promise<number[][]> {
  const batches = [];
  for (let i = 0; i < count; i++) batches.push([...(await loader.next(i))]);
  return batches;
}

describe('the batch loader', () => {
  it('gives each batch its own numbers, however many threads make them', async () => {
    const expected = Array.from({ length: 12 }, (_, i) => [0, 1, 2, 3].map((k) => 4000 + i * 10 + k));
    for (const threads of [1, 2, 3]) expect(await first(12, load({ threads }))).toEqual(expected);
    expect(await first(12, load({ prefetch: 0 }))).toEqual(expected);
  });

  it('begins where a resumed run left off, and skips ahead', async () => {
    const loader = load();
    expect((await loader.next(40))[0]).toBe(4400);
    expect((await loader.next(55))[0]).toBe(4550);
    await expect(loader.next(54)).rejects.toThrow('batch 54 is not one of those from 55');
  });

  it('gives one batch to all who ask for it at once', async () => {
    const loader = load();
    const [one, two, three] = await Promise.all([loader.next(0), loader.next(0), loader.next(1)]);
    expect(one).toBe(two);
    expect(three?.[0]).toBe(4010);
  });

  it('rejects the batch that failed and goes on with the rest', async () => {
    const loader = load();
    await loader.next(10);
    await expect(loader.next(13)).rejects.toThrow('batch 13 is unlucky');
    expect((await loader.next(14))[0]).toBe(4140);
  });

  it('makes none beyond the last', async () => {
    const loader = load({ count: 13 });
    expect((await loader.next(12))[0]).toBe(4120);
    await expect(loader.next(13)).rejects.toThrow(RangeError);
  });

  it('rejects for good when a worker dies', async () => {
    const loader = load();
    await expect(loader.next(66)).rejects.toThrow('a worker that makes batches ended with code 3');
    await expect(loader.next(70)).rejects.toThrow('ended with code 3');
  });

  it('rejects when the worker module cannot be loaded', async () => {
    const loader = load({ workerUrl: new URL('./no-such-module.ts', import.meta.url) });
    await expect(loader.next(0)).rejects.toThrow(/no-such-module/);
  });

  it('stops at once when closed, twice if need be', async () => {
    const loader = load();
    const awaited = expect(loader.next(0)).rejects.toThrow('the batch loader is closed');
    await loader.close();
    await loader.close();
    await awaited;
    await expect(loader.next(1)).rejects.toThrow('the batch loader is closed');
  });
});
