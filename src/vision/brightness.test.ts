import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brightnessOf } from './brightness.ts';
import { createImage, type RgbImage } from './rgb-image.ts';

describe('brightness', () => {
  it('is that of the Rec. 601 table for the pure colours', () => {
    const of = (...rgb: [number, number, number]) => brightnessOf(createImage(3, 2, rgb));
    expect([of(0, 0, 0), of(255, 255, 255)]).toEqual([0, 1]);
    expect(of(255, 0, 0)).toBeCloseTo(0.299, 9);
    expect(of(0, 255, 0)).toBeCloseTo(0.587, 9);
    expect(of(0, 0, 255)).toBeCloseTo(0.114, 9);
  });

  it('is not deceived by stripes that keep step with what it looks at', () => {
    for (const wave of [2, 3, 4, 5]) {
      const image = rippled(1, 255 * wave + 1, wave);
      expect(Math.abs(brightnessOf(image) - meanOf(image))).toBeLessThan(0.01);
    }
  });

  it('of a large picture is that of all its pixels, nearly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_500 }),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 90 }),
        (width, height, wave) => {
          const image = rippled(width, height, wave);
          expect(Math.abs(brightnessOf(image) - meanOf(image))).toBeLessThan(0.05);
        },
      ),
      { numRuns: 30 },
    );
  });
});

const meanOf = (image: RgbImage): number =>
  image.data.reduce((sum, value) => sum + value, 0) / image.data.length / 255;

/** Grey, from dark at the top left to light at the bottom right, with waves of so many pixels over it. */
function rippled(width: number, height: number, wave: number): RgbImage {
  const image = createImage(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const slope = 40 + (150 * (x + y)) / (width + height);
      image.data.fill(
        slope + 30 * Math.sin((2 * Math.PI * (x + y)) / wave),
        3 * (y * width + x),
        3 * (y * width + x) + 3,
      );
    }
  }
  return image;
}
