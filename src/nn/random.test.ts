import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, integer, normal, shuffled } from './random.ts';

const draw = (count: number, ...seeds: number[]): number[] => {
  const random = createRandom(...seeds);
  return Array.from({ length: count }, () => random());
};

/** Pearson's statistic over equal bins; its mean is bins − 1 and its deviation about √(2 · bins). */
function chiSquare(values: readonly number[], bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.floor(value * bins)] += 1;
  const expected = values.length / bins;
  return counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
}

describe('createRandom', () => {
  it('gives the same stream for the same seeds, and stays within [0, 1)', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 4 }), (seeds) => {
        const values = draw(20, ...seeds);
        expect(draw(20, ...seeds)).toEqual(values);
        expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
      }),
    );
  });

  it('is the same on every machine: numbers from a second implementation, in Python', () => {
    expect(draw(3, 1).map((value) => value * 2 ** 32)).toEqual([3349063291, 1304458382, 2014538590]);
  });

  it('gives other streams to neighbouring seeds, to their order, and to seeds beyond 32 bits', () => {
    const seeds = [[0], [1], [2], [0, 0], [0, 1], [1, 0], [1, 0, 0], [2 ** 32], [2 ** 33], [-1]];
    const firsts = seeds.map((list) => draw(2, ...list).join());
    expect(new Set(firsts).size).toBe(seeds.length);
  });

  it('is uniform within a stream and over the first numbers of neighbouring streams', () => {
    const limit = 255 + 5 * Math.sqrt(2 * 256);
    expect(chiSquare(draw(100_000, 7), 256)).toBeLessThan(limit);
    const firsts = Array.from({ length: 100_000 }, (_, i) => draw(1, 3, i)[0]);
    expect(chiSquare(firsts, 256)).toBeLessThan(limit);
  });

  it('does not correlate one number with the next, nor one stream with its neighbour', () => {
    const [a, b] = [draw(50_000, 5, 1), draw(50_000, 5, 2)];
    const correlation = (x: readonly number[], y: readonly number[]): number =>
      x.reduce((sum, value, i) => sum + (value - 0.5) * (y[i] - 0.5), 0) / x.length / (1 / 12);
    expect(Math.abs(correlation(a, b))).toBeLessThan(0.025);
    expect(Math.abs(correlation(a.slice(1), a.slice(0, -1)))).toBeLessThan(0.025);
  });
});

describe('what is drawn from a stream', () => {
  it('normal has mean 0, variance 1 and the fourth moment 3', () => {
    const random = createRandom(9);
    const values = Array.from({ length: 100_000 }, () => normal(random));
    const moment = (k: number): number => values.reduce((sum, value) => sum + value ** k, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
  });

  it('integer reaches every value below n and no other', () => {
    const random = createRandom(4);
    const seen = new Set(Array.from({ length: 500 }, () => integer(random, 7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('shuffled is a permutation, and every order of three is as likely', () => {
    const random = createRandom(4);
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = shuffled(random, ['a', 'b', 'c']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
