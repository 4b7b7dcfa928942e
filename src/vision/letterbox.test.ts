import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, mapBox } from './affine.ts';
import { fitIntoSquare, letterbox, placeInSquare } from './letterbox.ts';
import { createImage, type RgbImage } from './rgb-image.ts';

function pixel({ width, data }: RgbImage, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

describe('letterbox', () => {
  it('keeps the aspect, in the middle, and fills the rest', () => {
    const { image } = letterbox(createImage(640, 320, [200, 100, 50]), 64, [1, 2, 3]);
    expect(placeInSquare(640, 320, 64, 'letterbox')).toEqual({ left: 0, top: 16, width: 64, height: 32 });
    expect(pixel(image, 30, 15)).toEqual([1, 2, 3]);
    expect(pixel(image, 30, 16)).toEqual([200, 100, 50]);
    expect(pixel(image, 30, 47)).toEqual([200, 100, 50]);
    expect(pixel(image, 30, 48)).toEqual([1, 2, 3]);
  });

  it('stretches over the whole square when told to', () => {
    const fitted = fitIntoSquare(createImage(30, 10, [9, 9, 9]), 12, 'stretch', [0, 0, 0]);
    expect(fitted.image).toEqual(createImage(12, 12, [9, 9, 9]));
    expect(mapBox(fitted.toPicture, [0, 0, 12, 12])).toEqual([0, 0, 30, 10]);
  });

  it('maps points there and back, and the whole picture into the square', () => {
    const side = fc.integer({ min: 1, max: 3000 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const fit = fc.constantFrom('letterbox' as const, 'stretch' as const);
    fc.assert(
      fc.property(side, side, share, share, fit, (width, height, across, down, how) => {
        const place = placeInSquare(width, height, 96, how);
        expect(Math.min(place.left, place.top, place.width - 1, place.height - 1)).toBeGreaterThanOrEqual(0);
        expect(Math.max(place.left + place.width, place.top + place.height)).toBeLessThanOrEqual(96);
        expect(Math.max(place.width, place.height)).toBe(96);
        // The maps need the size alone, so no picture of that size is made.
        const small = createImage(Math.ceil(width / 100), Math.ceil(height / 100));
        const { toSquare, toPicture } = fitIntoSquare(small, 96, how, [0, 0, 0]);
        const point = [small.width * across, small.height * down] as const;
        const there = apply(toSquare, point);
        expect(Math.min(...there)).toBeGreaterThanOrEqual(-1e-9);
        expect(Math.max(...there)).toBeLessThanOrEqual(96 + 1e-9);
        const [x, y] = apply(toPicture, there);
        expect(x).toBeCloseTo(point[0], 6);
        expect(y).toBeCloseTo(point[1], 6);
      }),
    );
  });
});
