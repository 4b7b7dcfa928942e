import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { driftOf, rebinned } from './drift.ts';

describe('drift', () => {
  test('is none between equal spreads, whatever their counts', () => {
    expect(driftOf([100, 200, 700], [1000, 2000, 7000])?.level).toBe('none');
  });

  test('is the index worked by hand', () => {
    // Shares 0.5/0.5 against 0.8/0.2: (0.5-0.8) ln(0.5/0.8) + (0.5-0.2) ln(0.5/0.2) = 0.1410 + 0.2749 = 0.4159.
    const drift = driftOf([50_000, 50_000], [80_000, 20_000]);
    expect(drift?.psi).toBeCloseTo(0.4159, 3);
    expect(drift?.level).toBe('strong');
  });

  test('is nothing that chance explains: the bound is the chi-squared table', () => {
    // 95 % points: 3.841 for 1 degree of freedom, 30.144 for 19.
    expect((driftOf([500, 500], [500, 500])?.chance ?? 0) / (1 / 1000 + 1 / 1000)).toBeCloseTo(3.841, 0);
    const even = Array.from({ length: 20 }, () => 50);
    expect((driftOf(even, even)?.chance ?? 0) / (2 / 1000)).toBeCloseTo(30.144, 1);
    // Far enough apart for many answers, not for 52.
    expect(driftOf([22, 12, 9, 9], [250, 250, 250, 250])?.level).toBe('none');
    expect(driftOf([2200, 1200, 900, 900], [250, 250, 250, 250])?.level).toBe('some');
  });

  test('is unknown with too few answers or other bins', () => {
    expect(driftOf([20, 20], [500, 500])).toBeNull();
    expect(driftOf([500, 500], [500, 500, 500])).toBeNull();
  });

  test('is the same in both directions, and never below zero', () => {
    const counts = fc.array(fc.nat(500), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const [there, back] = [driftOf(one, other), driftOf(other, one)];
        expect(there?.psi ?? 0).toBeGreaterThanOrEqual(0);
        expect(there?.psi ?? 0).toBeCloseTo(back?.psi ?? 0, 10);
      }),
    );
  });
});

test('a histogram in fewer bins', () => {
  expect(rebinned([1, 2, 3, 4], 2)).toEqual([3, 7]);
  expect(rebinned([1, 2, 3], 3)).toEqual([1, 2, 3]);
  expect(rebinned([1, 2, 3], 2)).toBeNull();
  expect(rebinned([1], 2)).toBeNull();
});
