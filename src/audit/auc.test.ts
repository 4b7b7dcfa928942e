import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderRoc } from '../evaluate/roc.ts';
import { createRandom, normal } from '../nn/random.ts';
import { balancedAccuracyOf, bootstrapScores, rankAuc } from './auc.ts';

const scores = (...values: number[]) => Float64Array.from(values);
const classes = (...values: number[]) => Uint8Array.from(values);

describe('rankAuc', () => {
  it('counts the pairs in the right order, ties half', () => {
    // Of four pairs, (1, 2) and (1, 3) and (3, 3) with a tie are won: 2.5 of 4.
    expect(rankAuc(scores(1, 3, 2, 3), classes(0, 0, 1, 1))).toBe(2.5 / 4);
    expect(rankAuc(scores(1, 2), classes(1, 1))).toBeNaN();
  });

  it('is the area under the ROC curve', () => {
    const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(cases, (all) => {
        const forecasts = all.map(([value, open]) => ({ open, pOpen: value / 10 }));
        const area = areaUnderRoc(forecasts);
        const auc = rankAuc(
          scores(...forecasts.map(({ pOpen }) => pOpen)),
          classes(...forecasts.map(({ open }) => Number(open))),
        );
        if (area === null) expect(auc).toBeNaN();
        else expect(auc).toBeCloseTo(area, 10);
      }),
    );
  });

  it('takes a weight for as many copies', () => {
    const twice = rankAuc(scores(1, 3, 3, 2, 3), classes(0, 0, 0, 1, 1));
    expect(rankAuc(scores(1, 3, 2, 3), classes(0, 0, 1, 1), [1, 2, 1, 1])).toBe(twice);
  });
});

describe('bootstrapScores', () => {
  it('counts recall of both classes, and a score of 0 half', () => {
    expect(balancedAccuracyOf(scores(1, -1, 0, -2), classes(1, 1, 1, 0))).toBeCloseTo((1.5 / 3 + 1) / 2);
  });

  it('is as wide as Hanley and McNeil say for independent pictures, and wider for repeated ones', () => {
    const random = createRandom(5);
    const kinds = Uint8Array.from({ length: 200 }, (_, i) => i % 2);
    const drawn = Float64Array.from(kinds, (kind) => normal(random) + kind);
    const each = Array.from(kinds, (_, i) => `${i}`);
    const { auc } = bootstrapScores(drawn, kinds, each, createRandom(1));
    const a = auc.value;
    // Standard error of Hanley & McNeil (1982), equation 1, with 100 of each class.
    const [q1, q2] = [a / (2 - a), (2 * a * a) / (1 + a)];
    const error = Math.sqrt((a * (1 - a) + 99 * (q1 - a * a) + 99 * (q2 - a * a)) / 10_000);
    const width = auc.interval[1] - auc.interval[0];
    expect(Math.abs(width / (2 * 1.96 * error) - 1)).toBeLessThan(0.2);
    const fourfold = (values: ArrayLike<number>) => Array.from({ length: 800 }, (_, i) => values[i % 200]);
    const repeated = bootstrapScores(
      Float64Array.from(fourfold(drawn)),
      Uint8Array.from(fourfold(kinds)),
      Array.from({ length: 800 }, (_, i) => `${i % 200}`),
      createRandom(1),
    );
    expect(repeated.auc.interval[1] - repeated.auc.interval[0]).toBeCloseTo(width, 1);
  });
});
