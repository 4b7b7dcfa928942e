import { describe, expect, it } from 'vitest';
import { addNoise, blur, cutout, lowerResolution } from './degrade.ts';
import { createImage, type RgbImage } from './rgb-image.ts';

function reds({ data }: RgbImage): number[] {
  return [...data].filter((_, i) => i % 3 === 0);
}

describe('blur', () => {
  it('spreads a point as a Gaussian of that width', () => {
    const point = createImage(41, 41);
    const block = createImage(3, 3, [255, 255, 255]);
    for (let y = 0; y < 3; y++) point.data.set(block.data.subarray(0, 9), ((19 + y) * 41 + 19) * 3);
    const values = reds(blur(point, 3));
    const mass = values.reduce((sum, value) => sum + value, 0);
    const variance = values.reduce((sum, value, i) => sum + value * ((i % 41) - 20) ** 2, 0) / mass;
    // The block's own variance is (3² − 1) / 12.
    expect(variance).toBeGreaterThan(0.8 * (9 + 8 / 12));
    expect(variance).toBeLessThan(1.1 * (9 + 8 / 12));
    expect(mass / (9 * 255)).toBeCloseTo(1, 1);
  });

  it('leaves plain pictures plain, up to the edge', () => {
    const plain = createImage(9, 5, [10, 99, 250]);
    expect(blur(plain, 2)).toEqual(plain);
    expect(blur(plain, 0)).toBe(plain);
  });
});

describe('lowerResolution', () => {
  it('removes what cannot be seen from far away', () => {
    const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? 0 : 200));
    expect(lowerResolution({ width: 16, height: 16, data }, 2)).toEqual(createImage(16, 16, [100, 100, 100]));
  });

  it('does nothing from where it is', () => {
    const image = createImage(3, 3, [1, 2, 3]);
    expect(lowerResolution(image, 1)).toBe(image);
  });
});

describe('addNoise', () => {
  it('has the deviation asked for, no bias, and comes again with the same draw', () => {
    const plain = createImage(100, 100, [128, 128, 128]);
    const noisy = addNoise(plain, 12, () => 0.37);
    const values = [...noisy.data].map((value) => value - 128);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(deviation).toBeGreaterThan(11.5);
    expect(deviation).toBeLessThan(12.5);
    expect(addNoise(plain, 12, () => 0.37)).toEqual(noisy);
    expect(addNoise(plain, 12, () => 0.38)).not.toEqual(noisy);
    expect(addNoise(plain, 12, () => 0)).not.toEqual(plain);
  });
});

describe('cutout', () => {
  it('covers the part of the box that lies inside', () => {
    const covered = cutout(createImage(4, 3), [2, -5, 10, 7], [9, 9, 9]);
    expect(reds(covered)).toEqual([0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 0, 0]);
    const outside = cutout(createImage(4, 3), [20, 20, 5, 5], [9, 9, 9]);
    expect(outside).toEqual(createImage(4, 3));
  });
});
