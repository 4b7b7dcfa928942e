import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resizeArea, resizeInto } from './resize.ts';
import { createImage, type RgbImage } from './rgb-image.ts';

/** A picture whose three channels are the same grey values. */
function grey(width: number, height: number, values: readonly number[]): RgbImage {
  return { width, height, data: Uint8Array.from(values.flatMap((value) => [value, value, value])) };
}

function reds({ data }: RgbImage): number[] {
  return [...data].filter((_, i) => i % 3 === 0);
}

describe('resizeArea', () => {
  it('averages what each pixel covers', () => {
    const image = grey(4, 2, [0, 100, 20, 40, 200, 100, 60, 80]);
    expect(reds(resizeArea(image, 2, 1))).toEqual([100, 50]);
  });

  it('shares a pixel between the two that cover it', () => {
    // Three into two: each covers one and a half. (0 + 90/2) / 1.5 = 30 and (90/2 + 240) / 1.5 = 190.
    expect(reds(resizeArea(grey(3, 1, [0, 90, 240]), 2, 1))).toEqual([30, 190]);
  });

  it('interpolates between pixel centres when enlarging', () => {
    // Two into four: centres at 0.25, 0.75, 1.25 and 1.75, held at the edges.
    expect(reds(resizeArea(grey(2, 1, [0, 100]), 4, 1))).toEqual([0, 25, 75, 100]);
  });

  it('treats each axis on its own', () => {
    expect(reds(resizeArea(grey(2, 2, [0, 100, 100, 200]), 4, 1))).toEqual([50, 75, 125, 150]);
  });

  it('keeps every channel apart', () => {
    const image = { width: 2, height: 1, data: Uint8Array.of(10, 20, 30, 30, 60, 90) };
    expect([...resizeArea(image, 1, 1).data]).toEqual([20, 40, 60]);
  });

  it('reads a region and writes at a place', () => {
    const image = grey(4, 3, [9, 9, 9, 9, 9, 10, 30, 9, 9, 50, 70, 9]);
    const target = createImage(3, 2, [1, 1, 1]);
    resizeInto(image, [1, 1, 2, 2], { left: 2, top: 1, width: 1, height: 1 }, target);
    expect(reds(target)).toEqual([1, 1, 1, 1, 1, 40]);
  });

  it('leaves a picture of the same size as it was and a plain one plain', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, size, fc.nat(255), (width, height, newWidth, newHeight, value) => {
        const plain = createImage(width, height, [value, 255 - value, value >> 1]);
        expect(resizeArea(plain, width, height)).toEqual(plain);
        const resized = resizeArea(plain, newWidth, newHeight);
        expect(resized).toEqual(createImage(newWidth, newHeight, [value, 255 - value, value >> 1]));
      }),
    );
  });

  it('keeps the mean brightness when shrinking', () => {
    const pixels = fc.uint8Array({ minLength: 600, maxLength: 600 });
    fc.assert(
      fc.property(
        pixels,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 30 }),
        (values, w, h) => {
          const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
          const image = grey(20, 30, [...values]);
          expect(Math.abs(mean(reds(resizeArea(image, w, h))) - mean(reds(image)))).toBeLessThan(0.51);
        },
      ),
    );
  });

  it('refuses a size of nothing', () => {
    expect(() => resizeArea(createImage(4, 4), 0, 4)).toThrow(RangeError);
  });
});
