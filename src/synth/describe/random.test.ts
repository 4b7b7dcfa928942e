import { describe, expect, it } from 'vitest';
import { randomStream } from './random.ts';

/** Pearson's statistic of 10,000 draws against 20 equal bins. */
function chiSquareOf(draw: (i: number) => number): number {
  const bins = new Map<number, number>();
  for (let i = 0; i < 10_000; i++) {
    const bin = Math.floor(draw(i) * 20);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return [...Array(20).keys()].reduce((sum, bin) => sum + ((bins.get(bin) ?? 0) - 500) ** 2 / 500, 0);
}

describe('randomStream', () => {
  it('repeats itself for one seed and name, and for no other', () => {
    const draw = (seed: number, name: string) => {
      const r = randomStream(seed, name);
      return [r.next(), r.next(), r.next()];
    };
    expect(draw(7, 'a')).toEqual(draw(7, 'a'));
    expect(draw(7, 'a')).not.toEqual(draw(8, 'a'));
    expect(draw(7, 'a')).not.toEqual(draw(7, 'b'));
  });

  it('is uniform: chi-square of 10,000 draws over 20 bins stays below the 0.1 % point', () => {
    const r = randomStream(3, 'uniform');
    expect(chiSquareOf(() => r.next())).toBeLessThan(43.8);
  });

  it('is uniform over seeds as well: first draws of 10,000 seeds', () => {
    expect(chiSquareOf((seed) => randomStream(seed, 'state').next())).toBeLessThan(43.8);
  });

  it('has a standard normal: mean and variance of 10,000 draws', () => {
    const r = randomStream(5, 'normal');
    const draws = Array.from({ length: 10_000 }, () => r.normal());
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(Math.abs(variance - 1)).toBeLessThan(0.06);
  });

  it('keeps weights', () => {
    const r = randomStream(9, 'weights');
    let heavy = 0;
    for (let i = 0; i < 4000; i++)
      heavy += r.weighted([['heavy', 3] as const, ['light', 1] as const]) === 'heavy' ? 1 : 0;
    expect(heavy / 4000).toBeCloseTo(0.75, 1);
  });
});
