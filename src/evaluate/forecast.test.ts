import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancedAccuracyInterval } from './bootstrap.ts';
import { accuracyAtCoverage, coverageAtAccuracy, coverageCurve } from './coverage.ts';
import { balancedAccuracy, type Forecast, isRight } from './forecast.ts';
import { bandForPrecision, bandFromCosts } from './thresholds.ts';

const forecast = fc.record({
  open: fc.boolean(),
  pOpen: fc.integer({ min: 0, max: 20 }).map((twentieth) => twentieth / 20),
});
const many = fc.array(forecast, { maxLength: 60 });

// Most confident first: right at 0.99, right at 0.95, wrong at 0.9, right at 0.6.
const four: Forecast[] = [
  { open: false, pOpen: 0.1 + 0.8 },
  { open: true, pOpen: 0.99 },
  { open: false, pOpen: 0.4 },
  { open: false, pOpen: 0.05 },
];

describe('balanced accuracy', () => {
  it('weighs the two states alike, however many there are of each', () => {
    const lopsided = [
      ...Array.from({ length: 9 }, () => ({ open: false, pOpen: 0.1 })),
      { open: true, pOpen: 0.1 },
    ];
    expect(balancedAccuracy(lopsided)).toBe(0.5);
    expect(balancedAccuracy(lopsided.slice(0, 9))).toBeNull();
  });
});

describe('coverage', () => {
  it('has the curve worked by hand', () => {
    expect(coverageCurve(four).map(({ coverage, accuracy }) => [coverage, accuracy])).toEqual([
      [0.25, 1],
      [0.5, 1],
      [0.75, 2 / 3],
      [1, 0.75],
    ]);
    expect(accuracyAtCoverage(four, 0.6)).toBe(2 / 3);
    expect(coverageAtAccuracy(four, 0.9)).toBe(0.5);
    expect(coverageAtAccuracy([], 0.9)).toBe(0);
  });
});

describe('uncertain band', () => {
  it('pays for silence only where it costs less than either answer', () => {
    const costs = fc.record({
      open: fc.double({ min: 0.1, max: 10, noNaN: true }),
      closed: fc.double({ min: 0.1, max: 10, noNaN: true }),
      uncertain: fc.double({ min: 0.01, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(costs, fc.double({ min: 0, max: 1, noNaN: true }), (cost, p) => {
        const { closedBelow, openAbove } = bandFromCosts(cost);
        const paid = p > openAbove ? (1 - p) * cost.open : p < closedBelow ? p * cost.closed : cost.uncertain;
        const least = Math.min((1 - p) * cost.open, p * cost.closed, cost.uncertain);
        if (Math.min(Math.abs(p - openAbove), Math.abs(p - closedBelow)) > 1e-9)
          expect(paid).toBeCloseTo(least, 9);
      }),
    );
  });

  it('keeps the precision asked for on the pictures it was chosen from', () => {
    fc.assert(
      fc.property(many, fc.double({ min: 0.5, max: 1, noNaN: true }), (all, precision) => {
        const { closedBelow, openAbove } = bandForPrecision(all, precision);
        const answered = all.filter(({ pOpen }) => pOpen > openAbove || pOpen < closedBelow);
        expect(closedBelow).toBeLessThanOrEqual(openAbove);
        expect(closedBelow).toBeCloseTo(1 - openAbove, 12);
        if (answered.length > 0)
          expect(answered.filter(isRight).length / answered.length).toBeGreaterThanOrEqual(precision);
      }),
    );
  });

  it('is narrow when everything is right and total when nothing is', () => {
    const { closedBelow, openAbove } = bandForPrecision(four.slice(1), 1);
    expect(closedBelow).toBeCloseTo(0.45, 12);
    expect(openAbove).toBeCloseTo(0.55, 12);
    // Right at 0.99 and 0.95, wrong at 0.9: all three are good for two thirds, and with the last for three quarters.
    expect(bandForPrecision(four, 1).openAbove).toBeCloseTo(0.925, 12);
    expect(bandForPrecision(four, 0.75).openAbove).toBeCloseTo(0.55, 12);
    expect(bandForPrecision([{ open: false, pOpen: 0.9 }], 0.9)).toEqual({ closedBelow: 0, openAbove: 1 });
  });
});

describe('interval over groups', () => {
  const scene = (group: string, right: number, wrong: number) =>
    [true, false].flatMap((open) => [
      ...Array.from({ length: right }, () => ({ group, open, pOpen: open ? 0.9 : 0.1 })),
      ...Array.from({ length: wrong }, () => ({ group, open, pOpen: open ? 0.1 : 0.9 })),
    ]);

  it('covers the range of what its scenes can give: two scenes, one all right, one all wrong', () => {
    expect(balancedAccuracyInterval([...scene('a', 5, 0), ...scene('b', 0, 5)])).toEqual([0, 1]);
  });

  it('has the standard deviation that the scenes’ own figures predict', () => {
    // Forty-two scenes, a third each with accuracy 0.6, 0.8 and 1: mean 0.8, variance 0.08/3.
    const scenes = Array.from({ length: 42 }, (_, i) => scene(`s${i}`, 3 + (i % 3), 2 - (i % 3))).flat();
    const [low, high] = balancedAccuracyInterval(scenes, { seed: 7, replicates: 4000 }) ?? [0, 0];
    const error = Math.sqrt((0.04 * 2) / 3 / 42);
    expect(low).toBeCloseTo(0.8 - 1.96 * error, 2);
    expect(high).toBeCloseTo(0.8 + 1.96 * error, 2);
  });

  it('is the same for the same seed, and nothing for one scene or one state', () => {
    const given = [...scene('a', 4, 1), ...scene('b', 3, 2), ...scene('c', 5, 0)];
    expect(balancedAccuracyInterval(given, { seed: 3 })).toEqual(
      balancedAccuracyInterval(given, { seed: 3 }),
    );
    expect(balancedAccuracyInterval(scene('a', 4, 1))).toBeNull();
    expect(balancedAccuracyInterval(given.filter(({ open }) => open))).toBeNull();
  });
});
