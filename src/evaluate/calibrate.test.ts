import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationLoss, fitCalibration, type HeldOutLogit } from './calibrate.ts';

/** Finest of ever finer grids around the best point so far: slow, and no calculus to get wrong. */
function bruteForce(logits: readonly HeldOutLogit[]) {
  let best = { slope: 1, bias: 0, loss: Infinity };
  for (let width = 8; width > 1e-5; width /= 3) {
    const centre = best;
    for (let i = -6; i <= 6; i++)
      for (let j = -6; j <= 6; j++) {
        const slope = Math.max(centre.slope + (i / 6) * width, 1e-6);
        const bias = centre.bias + (j / 6) * width;
        const loss = calibrationLoss(logits, { temperature: 1 / slope, bias });
        if (loss < best.loss) best = { slope, bias, loss };
      }
  }
  return best;
}

function weightedMean(logits: readonly Required<HeldOutLogit>[], open: boolean): number {
  const side = logits.filter((item) => item.open === open);
  const weight = side.reduce((sum, item) => sum + item.weight, 0);
  return side.reduce((sum, item) => sum + item.weight * item.logit, 0) / weight;
}

const overconfident: HeldOutLogit[] = Array.from({ length: 200 }, (_, i) => ({
  // A logit of ±6 that is right four times in five: worth ln 4.
  open: i % 5 === 0 ? i % 2 === 1 : i % 2 === 0,
  logit: i % 2 === 0 ? 6 : -6,
}));

describe('fitCalibration', () => {
  it('cools an overconfident network to the rate at which it is right', () => {
    const { temperature, bias } = fitCalibration(overconfident);
    const probability = 1 / (1 + Math.exp(-(6 / temperature + bias)));
    // Platt's targets pull 0.8 a little inwards: (0.8·101 + 0.2) / 102.
    expect(probability).toBeCloseTo((0.8 * 101 + 0.2) / 102, 6);
    expect(bias).toBeCloseTo(0, 6);
  });

  it('finds what a brute-force search finds', () => {
    const logits = fc.array(
      fc.record({
        open: fc.boolean(),
        logit: fc.double({ min: -4, max: 4, noNaN: true }),
        weight: fc.double({ min: 0.5, max: 2, noNaN: true }),
      }),
      { minLength: 8, maxLength: 30 },
    );
    fc.assert(
      fc.property(logits, (noise) => {
        const given = noise.map((item) => ({ ...item, logit: item.logit + (item.open ? 1 : -1) }));
        fc.pre(weightedMean(given, true) > weightedMean(given, false) + 0.2);
        const fitted = calibrationLoss(given, fitCalibration(given));
        expect(fitted).toBeLessThanOrEqual(bruteForce(given).loss + 1e-7);
      }),
      { numRuns: 30 },
    );
  });

  it('stays finite on logits that separate perfectly', () => {
    const { temperature, bias } = fitCalibration([-3, -2, 2, 3].map((logit) => ({ logit, open: logit > 0 })));
    expect(temperature).toBeGreaterThan(0.1);
    expect(Number.isFinite(bias)).toBe(true);
  });

  it('counts a picture of weight two as two pictures do, and only beside the others', () => {
    const heavier = overconfident.map((item, i) => ({ ...item, weight: i < 50 ? 2 : 1 }));
    const doubled = [...overconfident, ...overconfident.slice(0, 50)];
    // Not exactly: Platt's targets also depend on how many pictures there are.
    expect(fitCalibration(heavier).temperature).toBeCloseTo(fitCalibration(doubled).temperature, 1);
    const all = overconfident.map((item) => ({ ...item, weight: 0.01 }));
    expect(fitCalibration(all).temperature).toBeCloseTo(fitCalibration(overconfident).temperature, 8);
  });

  it('refuses logits of one state, and logits that point the wrong way', () => {
    expect(() => fitCalibration([{ open: true, logit: 1 }])).toThrow(RangeError);
    expect(() => fitCalibration(overconfident.map(({ open, logit }) => ({ open, logit: -logit })))).toThrow(
      RangeError,
    );
  });
});
