import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from './affine.ts';
import { createImage } from './rgb-image.ts';
import { augmentLikeSeed, drawSeedTransform, type SeedTransform, seedAffine } from './seed-augmentation.ts';

type Matrix = readonly (readonly number[])[];

function dot(left: Matrix, right: Matrix): number[][] {
  return left.map((row) =>
    [0, 1, 2].map((j) => row.reduce((sum, value, k) => sum + value * (right[k]?.[j] ?? 0), 0)),
  );
}

/** Keras' own construction, on rows and columns that count from pixel centres. */
function keras(t: SeedTransform, width: number, height: number): Matrix {
  const [theta, shear] = [(t.rotation * Math.PI) / 180, (t.shear * Math.PI) / 180];
  const rotation = [
    [Math.cos(theta), -Math.sin(theta), 0],
    [Math.sin(theta), Math.cos(theta), 0],
    [0, 0, 1],
  ];
  const shift = [
    [1, 0, t.shiftY * height],
    [0, 1, t.shiftX * width],
    [0, 0, 1],
  ];
  const shearing = [
    [1, -Math.sin(shear), 0],
    [0, Math.cos(shear), 0],
    [0, 0, 1],
  ];
  const zoom = [
    [t.zoomY, 0, 0],
    [0, t.zoomX, 0],
    [0, 0, 1],
  ];
  const [row, column] = [height / 2 - 0.5, width / 2 - 0.5];
  const offset = [
    [1, 0, row],
    [0, 1, column],
    [0, 0, 1],
  ];
  const reset = [
    [1, 0, -row],
    [0, 1, -column],
    [0, 0, 1],
  ];
  return [rotation, shift, shearing, zoom, reset].reduce(dot, offset);
}

const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const draws = fc.array(unit, { minLength: 7, maxLength: 7 });

describe('the seed’s augmentation', () => {
  it('looks where Keras looks', () => {
    fc.assert(
      fc.property(draws, fc.nat(79), fc.nat(59), (numbers, x, y) => {
        const queue = [...numbers];
        const transform = drawSeedTransform(() => queue.shift() ?? Number.NaN);
        const matrix = keras(transform, 80, 60);
        // Keras transforms first and mirrors the result.
        const column = transform.flip ? 79 - x : x;
        const [row, col] = matrix.map((r) => (r[0] ?? 0) * y + (r[1] ?? 0) * column + (r[2] ?? 0));
        const [px, py] = apply(seedAffine(transform, 80, 60), [x + 0.5, y + 0.5]);
        expect(px - 0.5).toBeCloseTo(col ?? Number.NaN, 6);
        expect(py - 0.5).toBeCloseTo(row ?? Number.NaN, 6);
      }),
    );
  });

  it('stays in the ranges of the seed', () => {
    const ends = [0, 1 - 2 ** -53].map((value) => drawSeedTransform(() => value));
    expect(ends[0]).toEqual({
      rotation: -20,
      shiftY: -0.2,
      shiftX: -0.2,
      shear: -0.2,
      zoomY: 0.8,
      zoomX: 0.8,
      flip: true,
    });
    expect(ends[1]?.rotation).toBeCloseTo(20);
    expect(ends[1]?.zoomX).toBeCloseTo(1.2);
    expect(ends[1]?.flip).toBe(false);
  });

  it('goes on with the edge where it looks past it', () => {
    const plain = createImage(24, 18, [10, 200, 30]);
    fc.assert(
      fc.property(draws, (numbers) => {
        const queue = [...numbers];
        expect(augmentLikeSeed(plain, () => queue.shift() ?? Number.NaN)).toEqual(plain);
      }),
    );
  });
});
