import { describe, expect, it } from 'vitest';
import { reader } from '../../model/mouth.ts';
import { initialiseWeights } from '../../nn/parameters.ts';
import { readPretrainedTrunk } from './ssd-mobilenet.ts';

describe('the pretrained trunk', () => {
  it('has every weight that the networks ask for, in its shape, and no other', async () => {
    const pretrained = await readPretrainedTrunk();
    const wanted = initialiseWeights((g, scope) => reader(g, scope, g.input('x', [1, 3, 64, 64])), 1);
    const shapes = (weights: typeof wanted) =>
      [...weights]
        .filter(([name]) => name.startsWith('trunk.'))
        .map(([name, { dims }]) => `${name} ${dims}`)
        .sort();
    expect(shapes(pretrained)).toEqual(shapes(wanted));
    for (const [name, { data }] of pretrained) {
      expect(data.every(Number.isFinite), name).toBe(true);
      expect(
        data.some((value) => value !== 0),
        name,
      ).toBe(true);
    }
  });
});
