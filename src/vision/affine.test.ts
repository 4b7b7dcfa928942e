import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Affine,
  apply,
  clipBox,
  compose,
  cropToPicture,
  IDENTITY,
  invert,
  mapBox,
  rotation,
  scaling,
  translation,
} from './affine.ts';

const coordinate = fc.double({ min: -2000, max: 2000, noNaN: true });
const map = fc
  .record({
    x: coordinate,
    y: coordinate,
    degrees: fc.double({ min: -720, max: 720, noNaN: true }),
    across: fc.double({ min: 0.1, max: 10, noNaN: true }),
    down: fc.double({ min: 0.1, max: 10, noNaN: true }),
  })
  .map(({ x, y, degrees, across, down }): Affine => {
    return compose(translation(x, y), rotation(degrees), scaling(across, down));
  });

describe('affine maps', () => {
  it('come back through their inverse', () => {
    fc.assert(
      fc.property(map, coordinate, coordinate, (there, x, y) => {
        const [backX, backY] = apply(invert(there), apply(there, [x, y]));
        expect(backX).toBeCloseTo(x, 5);
        expect(backY).toBeCloseTo(y, 5);
      }),
    );
  });

  it('compose from right to left', () => {
    expect(apply(compose(translation(10, 0), scaling(2)), [3, 4])).toEqual([16, 8]);
    expect(apply(compose(scaling(2), translation(10, 0)), [3, 4])).toEqual([26, 8]);
    expect(compose()).toEqual(IDENTITY);
  });

  it('turn clockwise as seen, exactly at right angles', () => {
    expect(apply(rotation(90), [1, 0])).toEqual([0, 1]);
    expect(apply(rotation(-90), [0, 1])).toEqual([1, 0]);
    const [x, y] = apply(rotation(45), [1, 0]);
    expect(x).toBeCloseTo(Math.SQRT1_2);
    expect(y).toBeCloseTo(Math.SQRT1_2);
  });

  it('refuse to invert what flattens the plane', () => {
    expect(() => invert(scaling(1, 0))).toThrow(RangeError);
    expect(() => invert(scaling(Number.NaN))).toThrow(RangeError);
  });
});

describe('upright crops', () => {
  // The base of the bottle lies one unit from the mouth, where the angle says.
  it.each([
    [0, [100, 60]],
    [90, [90, 50]],
    [180, [100, 40]],
    [-90, [110, 50]],
  ] as const)('at %d degrees have the base straight below', (angle, base) => {
    const toCrop = invert(cropToPicture({ x: 100, y: 50, side: 40, angle }, 128));
    const [u, v] = apply(toCrop, base);
    expect(u).toBeCloseTo(64);
    expect(v).toBeCloseTo(64 + (10 * 128) / 40);
  });

  it('put the point on the anchor and keep the side', () => {
    fc.assert(
      fc.property(fc.double({ min: -360, max: 360, noNaN: true }), (angle) => {
        const crop = { x: 31, y: 77, side: 50, angle, anchor: [0.5, 0.25] as const };
        const toPicture = cropToPicture(crop, 64);
        const [x, y] = apply(toPicture, [32, 16]);
        expect(x).toBeCloseTo(31);
        expect(y).toBeCloseTo(77);
        const [left, right] = [apply(toPicture, [0, 9]), apply(toPicture, [64, 9])];
        expect(Math.hypot(right[0] - left[0], right[1] - left[1])).toBeCloseTo(50);
      }),
    );
  });
});

describe('boxes', () => {
  it('are the smallest around what was mapped', () => {
    expect(mapBox(rotation(90), [1, 2, 3, 4])).toEqual([-6, 1, 4, 3]);
  });

  it('are clipped to the picture', () => {
    expect(clipBox([-5, 10, 20, 500], 100, 80)).toEqual([0, 10, 15, 70]);
    expect(clipBox([200, 10, 20, 20], 100, 80)).toEqual([100, 10, 0, 20]);
  });
});
