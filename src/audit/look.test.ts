import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mouth } from '../dataset/index.ts';
import { createImage, type RgbImage } from '../vision/rgb-image.ts';
import { background, border, brightness, colour, contrast } from './look.ts';
import { backgroundMask } from './mask.ts';

const WIDTH = 20;
const HEIGHT = 16;
const pictures = fc
  .uint8Array({ minLength: WIDTH * HEIGHT * 3, maxLength: WIDTH * HEIGHT * 3 })
  .map((data): RgbImage => ({ width: WIDTH, height: HEIGHT, data }));

/** The picture with the pixels that `inside` names painted over by those of the other one. */
function pasted(image: RgbImage, other: RgbImage, inside: (x: number, y: number) => boolean): RgbImage {
  const data = image.data.slice();
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const at = (y * WIDTH + x) * 3;
      if (inside(x, y)) data.set(other.data.subarray(at, at + 3), at);
    }
  return { width: WIDTH, height: HEIGHT, data };
}

describe('simple numbers of a picture', () => {
  it('say of a plain picture how light it is and which colour it has', () => {
    const orange = createImage(10, 10, [255, 153, 0]);
    // Rec. 601: 0.299 · 1 + 0.587 · 0.6 = 0.6512.
    expect(brightness(orange).mean).toBeCloseTo(0.6512, 6);
    expect(contrast(orange)).toEqual({ deviation: expect.closeTo(0, 9), edges: 0 });
    const numbers = colour(orange);
    expect(numbers['red-green']).toBeCloseTo(0.4, 6);
    expect(numbers['blue-yellow']).toBeCloseTo(0.8, 6);
    // Full red, middle green, no blue of three levels each: bin 2 · 9 + 1 · 3 + 0.
    expect(numbers['colour 21']).toBe(1);
  });

  it('see the step between two halves', () => {
    const halves = createImage(10, 10);
    halves.data.fill(255, 0, 150);
    // Half black, half white; ten of a hundred pixels have a step of 1 below them.
    expect(contrast(halves)).toEqual({ deviation: expect.closeTo(0.5, 9), edges: expect.closeTo(0.1, 9) });
  });
});

describe('the border', () => {
  it('does not change with what is in the middle', () => {
    const middle = (x: number, y: number) => x >= 2 && y >= 2 && x < WIDTH - 2 && y < HEIGHT - 2;
    fc.assert(
      fc.property(pictures, pictures, (one, other) => {
        expect(border(pasted(one, other, middle))).toEqual(border(one));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the background', () => {
  const mouth: Mouth = { cx: 0.4, cy: 0.45, d: 0.2, angle: 0, state: 'open' };
  const mask = backgroundMask(createImage(WIDTH, HEIGHT), { mouths: [mouth], boxes: [[0.9, 0.1, 0.2, 0.2]] });
  const hidden = (x: number, y: number) => mask[y * WIDTH + x] === 0;

  it('hides 2.5 diameters around a mouth, and boxes', () => {
    // A disc of 5 pixels' radius, within a pixel's width of its rim, and a box of 4 × 3.2 pixels cut by the corner.
    expect(Math.abs(mask.filter((left) => left === 0).length - (Math.PI * 25 + 4 * 3))).toBeLessThan(10);
    expect(hidden(8, 7)).toBe(true);
    expect(hidden(19, 1)).toBe(true);
    expect(hidden(0, 15)).toBe(false);
  });

  it('does not change with what is hidden', () => {
    fc.assert(
      fc.property(pictures, pictures, (one, other) => {
        expect(background(pasted(one, other, hidden), mask)).toEqual(background(one, mask));
      }),
      { numRuns: 30 },
    );
  });

  it('has the same names whatever is hidden, and is none when nearly all is', () => {
    const image = createImage(WIDTH, HEIGHT, [9, 8, 7]);
    const everything = background(image, new Uint8Array(WIDTH * HEIGHT).fill(1));
    expect(Object.keys(background(image, mask) ?? {})).toEqual(Object.keys(everything ?? {}));
    expect(background(image, new Uint8Array(WIDTH * HEIGHT).fill(0, 1).fill(1, 0, 20))).toBeNull();
  });
});
