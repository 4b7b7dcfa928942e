import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearson, proportion } from './proportion.ts';

/** P(X ≥ k) of a binomial, summed term by term in logarithms: the definition that the interval inverts. */
function upperTail(k: number, n: number, p: number): number {
  let logTerm = n * Math.log1p(-p);
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return 1 - below;
}

describe('Clopper–Pearson interval', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 5.
  it.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])('agrees with Newcombe’s table for %i of %i', (k, n, low, high) => {
    const [a, b] = clopperPearson(k, n);
    expect(a).toBeCloseTo(low, 4);
    expect(b).toBeCloseTo(high, 4);
  });

  it('agrees with the worked example of R’s binom.test (682 of 925)', () => {
    const [low, high] = clopperPearson(682, 925);
    expect(low).toBeCloseTo(0.7076683, 7);
    expect(high).toBeCloseTo(0.7654066, 7);
  });

  it.each([1, 10, 501])('has the closed form at none and at all of %i', (n) => {
    expect(clopperPearson(0, n)[0]).toBe(0);
    expect(clopperPearson(0, n)[1]).toBeCloseTo(1 - 0.025 ** (1 / n), 12);
    expect(clopperPearson(n, n)[0]).toBeCloseTo(0.025 ** (1 / n), 12);
    expect(clopperPearson(n, n)[1]).toBe(1);
  });

  it('leaves exactly the tail it promises on either side', () => {
    const counts = fc
      .integer({ min: 2, max: 600 })
      .chain((n) => fc.tuple(fc.integer({ min: 1, max: n - 1 }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const [low, high] = clopperPearson(k, n);
        expect(upperTail(k, n, low)).toBeCloseTo(0.025, 8);
        expect(1 - upperTail(k + 1, n, high)).toBeCloseTo(0.025, 8);
      }),
    );
  });

  it('is everything when nothing was counted, and refuses what is no count', () => {
    expect(clopperPearson(0, 0)).toEqual([0, 1]);
    expect(proportion(0, 0)).toBeNull();
    expect(() => clopperPearson(3, 2)).toThrow('3 of 2');
    expect(() => clopperPearson(0.5, 2)).toThrow(RangeError);
  });
});
