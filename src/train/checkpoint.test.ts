import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sizeOf, type Tensor } from '../nn/tensor.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

const anyTensor: fc.Arbitrary<Tensor> = fc
  .array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 })
  .chain((dims) =>
    fc
      .array(fc.float(), { minLength: sizeOf(dims), maxLength: sizeOf(dims) })
      .map((values) => ({ dims, data: Float32Array.from(values) })),
  );

const state = new Map<string, Tensor>([
  ['w/a', { dims: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['m/a', { dims: [], data: Float32Array.of(-0.5) }],
]);

describe('a checkpoint', () => {
  it('comes back as it was written, to the last bit', async () => {
    const path = join(folder, 'deep', 'any.checkpoint');
    const states = fc.uniqueArray(fc.tuple(fc.string(), anyTensor), { selector: ([name]) => name });
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.string({ unit: 'binary' }), states, async (step, settings, entries) => {
        const written = { step, settings, state: new Map(entries) };
        await writeCheckpoint(path, written);
        expect(await readCheckpoint(path, settings)).toEqual(written);
      }),
      { numRuns: 40 },
    );
  });

  it('is none where there is no file', async () => {
    expect(await readCheckpoint(join(folder, 'nowhere'), '')).toBeNull();
  });

  it('replaces the one before in one move and leaves nothing beside it', async () => {
    const path = join(folder, 'twice', 'run.checkpoint');
    await writeCheckpoint(path, { step: 1, settings: 's', state });
    await writeCheckpoint(path, { step: 2, settings: 's', state });
    expect((await readCheckpoint(path, 's'))?.step).toBe(2);
    expect(await readdir(join(folder, 'twice'))).toEqual(['run.checkpoint']);
  });

  it('is refused to a run with other settings, and says what to do', async () => {
    const path = join(folder, 'other.checkpoint');
    await writeCheckpoint(path, { step: 1, settings: '{"steps":5}', state });
    await expect(readCheckpoint(path, '{"steps":6}')).rejects.toThrow('belongs to a run with other settings');
  });

  it('is refused when it was cut short, wherever that was', async () => {
    const path = join(folder, 'short.checkpoint');
    await writeCheckpoint(path, { step: 1, settings: 's', state });
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      await expect(readCheckpoint(path, 's'), `${length} bytes`).rejects.toThrow(path);
    }
  });

  it('is refused when it holds more than it says', async () => {
    const path = join(folder, 'long.checkpoint');
    await writeCheckpoint(path, { step: 1, settings: 's', state });
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.from([0])]));
    await expect(readCheckpoint(path, 's')).rejects.toThrow('is longer than it says');
  });
});
