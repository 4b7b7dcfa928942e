import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byVisibility, clampProbability, confidenceOf, decideVerdict, stateOf } from './verdict.ts';

const rule = { closedBelow: 0.3, openAbove: 0.7, presenceThreshold: 0.5, sureThreshold: 0.55 };

describe('decideVerdict', () => {
  it.each([
    ['open', [{ pOpen: 0.9, presence: 0.8 }], 'open', 0.9, 0.9],
    ['closed', [{ pOpen: 0.1, presence: 0.8 }], 'closed', 0.1, 0.9],
    ['inside the band', [{ pOpen: 0.4, presence: 0.8 }], 'uncertain', 0.4, 0.6],
    ['on the band’s edges', [{ pOpen: 0.7, presence: 0.8 }], 'uncertain', 0.7, 0.7],
    ['perhaps a bottle, so no state is told', [{ pOpen: 0.9, presence: 0.52 }], 'uncertain', 0.9, 0.9 * 0.52],
    ['too faint', [{ pOpen: 0.9, presence: 0.2 }], 'no_bottle', 0.9, 0.8],
    [
      'the most visible of two',
      [
        { pOpen: 0.9, presence: 0.6 },
        { pOpen: 0.2, presence: 0.7 },
      ],
      'closed',
      0.2,
      0.8,
    ],
    ['nothing', [], 'no_bottle', 0.5, 0.9999],
  ] as const)('%s', (_, candidates, verdict, pOpen, confidence) => {
    const said = decideVerdict(candidates, rule);
    expect(said.verdict).toBe(verdict);
    expect(said.pOpen).toBeCloseTo(pOpen, 9);
    expect(said.confidence).toBeCloseTo(confidence, 9);
  });

  it('is never quite sure', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const candidate = fc.record({ pOpen: unit, presence: unit });
    fc.assert(
      fc.property(fc.array(candidate), (candidates) => {
        const { pOpen, confidence } = decideVerdict(candidates, rule);
        for (const p of [pOpen, confidence]) {
          expect(p).toBeGreaterThan(0);
          expect(p).toBeLessThan(1);
        }
      }),
    );
    expect(decideVerdict([{ pOpen: 1, presence: 1 }], rule)).toMatchObject({
      pOpen: 0.9999,
      confidence: 0.9999,
    });
  });
});

it('reads states by thresholds that may meet', () => {
  const half = { closedBelow: 0.5, openAbove: 0.5 };
  expect([0.51, 0.49, 0.5].map((p) => stateOf(p, half))).toEqual(['open', 'closed', 'uncertain']);
  expect(confidenceOf(0.2)).toBeCloseTo(0.8);
});

it('does not take what is no number for a probability', () => {
  expect(() => clampProbability(Number.NaN)).toThrow(RangeError);
});

it('sorts by presence and leaves equals in their order', () => {
  const candidates = [0.2, 0.9, 0.2, 0.5].map((presence, pOpen) => ({ presence, pOpen }));
  expect(byVisibility(candidates).map(({ pOpen }) => pOpen)).toEqual([1, 3, 0, 2]);
});
