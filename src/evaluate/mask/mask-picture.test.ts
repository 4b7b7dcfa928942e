import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mouth } from '../../dataset/index.ts';
import { createImage, type RgbImage } from '../../vision/rgb-image.ts';
import { inpaint } from './inpaint.ts';
import { maskPicture } from './mask-picture.ts';

/** Red grows to the right, green downwards, so that every place has its own colour. */
function slope(width: number, height: number): RgbImage {
  const image = createImage(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      image.data.set([(255 * x) / (width - 1), (255 * y) / (height - 1), 90], (y * width + x) * 3);
  return image;
}

const at = ({ width, data }: RgbImage, x: number, y: number) => [
  ...data.slice((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('inpaint', () => {
  it('keeps what is kept, and invents no brighter or darker value', () => {
    const picture = fc
      .record({ width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 24 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          data: fc.uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 }),
          keep: fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 }),
        }),
      );
    fc.assert(
      fc.property(picture, ({ keep, ...image }) => {
        const filled = inpaint(image, keep);
        const kept = [...keep.keys()].filter((i) => keep[i] === 1);
        for (const channel of [0, 1, 2]) {
          const values = kept.map((i) => image.data[3 * i + channel]);
          const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [128, 128];
          for (const [i, isKept] of keep.entries()) {
            const value = filled.data[3 * i + channel];
            if (isKept) expect(value).toBe(image.data[3 * i + channel]);
            expect(value).toBeGreaterThanOrEqual(low);
            expect(value).toBeLessThanOrEqual(high);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('goes on with the slope around a hole', () => {
    const image = slope(65, 65);
    const keep = Uint8Array.from({ length: 65 * 65 }, (_, i) =>
      Number(Math.hypot((i % 65) - 32, Math.floor(i / 65) - 32) > 10),
    );
    const filled = inpaint(image, keep);
    // The middle of a slope is the mean of its surroundings.
    const [red = 0, green = 0, blue = 0] = at(filled, 32, 32);
    expect(Math.abs(red - 127)).toBeLessThan(12);
    expect(Math.abs(green - 127)).toBeLessThan(12);
    expect(blue).toBe(90);
  });
});

describe('maskPicture', () => {
  const mouth: Mouth = { cx: 0.5, cy: 0.25, d: 0.1, angle: 0, state: 'open' };
  const image = slope(200, 100);
  image.data.set([1, 2, 3], (25 * 200 + 100) * 3);
  image.data.set([4, 5, 6], (90 * 200 + 10) * 3);

  it('hides 2.5 diameters around the mouth, and nothing else', () => {
    const hidden = maskPicture(image, [mouth], 'mouth_hidden');
    expect(at(hidden, 100, 25)).not.toEqual([1, 2, 3]);
    expect(at(hidden, 10, 90)).toEqual([4, 5, 6]);
    expect(at(hidden, 100 + 26, 25)).toEqual(at(image, 100 + 26, 25));
    expect(maskPicture(image, [mouth], 'intact')).toBe(image);
  });

  it('leaves 5 diameters around the mouth when the rest is hidden', () => {
    const rest = maskPicture(image, [mouth], 'rest_hidden');
    expect(at(rest, 100, 25)).toEqual([1, 2, 3]);
    expect(at(rest, 100 + 48, 25)).toEqual(at(image, 100 + 48, 25));
    expect(at(rest, 10, 90)).not.toEqual([4, 5, 6]);
  });
});
