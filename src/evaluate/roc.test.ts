import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forecast } from './forecast.ts';
import { areaUnderRoc, rocCurve } from './roc.ts';

// Tenths only, so that ties are the rule.
const forecasts = fc.array(
  fc.record({ open: fc.boolean(), pOpen: fc.integer({ min: 0, max: 10 }).map((tenth) => tenth / 10) }),
  { maxLength: 40 },
);

/** The share of (open, closed) pairs in the right order, ties counting half. */
function mannWhitney(all: readonly Forecast[]): number {
  const pairs = all
    .filter(({ open }) => open)
    .flatMap((a) => all.filter(({ open }) => !open).map((b) => Math.sign(a.pOpen - b.pOpen) / 2 + 0.5));
  return pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
}

describe('ROC', () => {
  it('has the area of scikit-learn’s documented example', () => {
    const scores = [0.1, 0.4, 0.35, 0.8].map((pOpen, i) => ({ open: i >= 2, pOpen }));
    expect(areaUnderRoc(scores)).toBeCloseTo(0.75, 12);
    expect(rocCurve(scores).map(({ falsePositiveRate: x, truePositiveRate: y }) => [x, y])).toEqual([
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [1, 1],
    ]);
  });

  it('has as area the share of pairs in the right order', () => {
    fc.assert(
      fc.property(forecasts, (all) => {
        const area = areaUnderRoc(all);
        if (area === null) expect(new Set(all.map(({ open }) => open)).size).toBeLessThan(2);
        else expect(area).toBeCloseTo(mannWhitney(all), 12);
      }),
    );
  });

  it('rises from one corner to the other whatever the order of the pictures', () => {
    fc.assert(
      fc.property(forecasts, (all) => {
        const points = rocCurve(all);
        expect(rocCurve(all.toReversed())).toEqual(points);
        for (const [i, point] of points.slice(1).entries()) {
          expect(point.truePositiveRate).toBeGreaterThanOrEqual(points[i]?.truePositiveRate ?? 2);
          expect(point.falsePositiveRate).toBeGreaterThanOrEqual(points[i]?.falsePositiveRate ?? 2);
        }
        if (points.length > 0)
          expect(points.at(-1)).toMatchObject({ truePositiveRate: 1, falsePositiveRate: 1 });
      }),
    );
  });
});
