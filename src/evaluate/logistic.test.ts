import { describe, expect, it } from 'vitest';
import { fitLogistic } from './logistic.ts';

/** Hours of study and passed or not: the worked example of Wikipedia's article on logistic regression. */
const HOURS = [
  0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5,
];
const PASSED = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1];
const examples = HOURS.map((hours, i) => ({ features: [hours], positive: PASSED[i] === 1, weight: 1 }));

describe('fitLogistic', () => {
  it('finds the published coefficients: 1.5046 a hour, −4.0777', () => {
    const { weights, bias } = fitLogistic(examples, 0);
    expect(weights[0]).toBeCloseTo(1.5046, 3);
    expect(bias).toBeCloseTo(-4.0777, 3);
  });

  it('takes an example of weight 2 for two examples', () => {
    const heavy = examples.map((one, i) => ({ ...one, weight: i < 5 ? 2 : 1 }));
    const twice = fitLogistic([...examples, ...examples.slice(0, 5)], 0);
    const once = fitLogistic(heavy, 0);
    expect(once.bias).toBeCloseTo(twice.bias, 6);
    expect(once.weights[0]).toBeCloseTo(twice.weights[0], 6);
  });

  it('ignores a feature that never changes, and shrinks with the ridge where classes separate', () => {
    const wide = examples.map(({ features, ...rest }) => ({ ...rest, features: [...features, 7] }));
    expect(fitLogistic(wide, 1e-9).weights[0]).toBeCloseTo(1.5046, 3);
    const apart = [-1, 1].map((x) => ({ features: [x], positive: x > 0, weight: 1 }));
    const [loose, tight] = [1e-3, 1e-1].map((ridge) => fitLogistic(apart, ridge).weights[0]);
    expect(loose).toBeGreaterThan(tight);
    expect(Number.isFinite(loose)).toBe(true);
  });

  it('asks for both classes', () => {
    expect(() => fitLogistic(examples.slice(0, 5), 0)).toThrow(RangeError);
  });
});
