import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brierScore,
  EQUAL_WIDTH,
  expectedCalibrationError,
  logLoss,
  reliabilityBins,
} from './reliability.ts';

const pair = (open: boolean | number, pOpen: number) => ({ open: Boolean(open), pOpen });
const forecasts = fc.array(
  fc.record({ open: fc.boolean(), pOpen: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

describe('reliability', () => {
  it('bins scikit-learn’s documented calibration_curve example alike', () => {
    const given = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1].map((p, i) => pair(i > 3, p));
    const bins = reliabilityBins(given, { by: 'width', bins: 3 });
    expect(bins.map(({ shareOpen }) => shareOpen)).toEqual([0, 0.5, 1]);
    for (const [i, mean] of [0.2, 0.525, 0.85].entries()) expect(bins[i]?.meanPOpen).toBeCloseTo(mean, 12);
  });

  it('has the error of a case worked by hand', () => {
    // Three at 0.9 of which two are open, one at 0.2 that is closed: (3·|0.9 − 2/3| + 0.2) / 4.
    const given = [pair(1, 0.9), pair(1, 0.9), pair(0, 0.9), pair(0, 0.2)];
    expect(expectedCalibrationError(given, EQUAL_WIDTH)).toBeCloseTo(0.225, 12);
  });

  it('does not let too-open and too-closed answers cancel, as confidence in the state named would', () => {
    const given = [pair(1, 0.75), pair(1, 0.75), pair(0, 0.25), pair(1, 0.25)];
    expect(expectedCalibrationError(given, EQUAL_WIDTH)).toBeCloseTo(0.25, 12);
  });

  it('puts every forecast in one bin, and as many in each when binned by mass', () => {
    fc.assert(
      fc.property(forecasts, (all) => {
        for (const by of ['mass', 'width'] as const) {
          const bins = reliabilityBins(all, { by, bins: 10 });
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
          expect(bins.map(({ meanPOpen }) => meanPOpen)).toEqual(
            bins.map(({ meanPOpen }) => meanPOpen).sort((a, b) => a - b),
          );
        }
        const counts = reliabilityBins(all).map(({ count }) => count);
        const distinct = new Set(all.map(({ pOpen }) => pOpen)).size === all.length;
        if (distinct && counts.length > 0)
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('ties', () => {
  it('share a bin, so that the error does not depend on the order of the pictures', () => {
    // All at 0.8 and eight in ten open: perfectly calibrated, also when the open ones come first.
    const sure = Array.from({ length: 100 }, (_, i) => pair(i < 80, 0.8));
    expect(expectedCalibrationError(sure)).toBeCloseTo(0, 12);
    fc.assert(
      fc.property(forecasts, (all) => {
        const coarse = all.map(({ open, pOpen }) => pair(open, Math.round(4 * pOpen) / 4));
        const error = expectedCalibrationError(coarse) ?? 0;
        expect(expectedCalibrationError(coarse.toReversed()) ?? 0).toBeCloseTo(error, 12);
      }),
    );
  });
});

describe('scores', () => {
  it('agree with scikit-learn’s documented brier_score_loss and log_loss examples', () => {
    expect(brierScore([pair(0, 0.1), pair(1, 0.9), pair(1, 0.8), pair(0, 0.3)])).toBeCloseTo(0.0375, 12);
    expect(logLoss([pair(1, 0.9), pair(0, 0.1), pair(0, 0.2), pair(1, 0.65)])).toBeCloseTo(0.21616, 5);
  });

  it('have no value without forecasts, and no mercy for a certain mistake', () => {
    expect([brierScore([]), logLoss([]), expectedCalibrationError([])]).toEqual([null, null, null]);
    expect(logLoss([pair(0, 1)])).toBe(Infinity);
  });
});
