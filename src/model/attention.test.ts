import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../vision/affine.ts';
import { letterbox } from '../vision/letterbox.ts';
import { createImage } from '../vision/rgb-image.ts';
import { attentionOver } from './attention.ts';

const CELLS = 32;
const STRIDE = 8;

describe('attentionOver', () => {
  it('keeps the map of a square picture as it is', () => {
    const values = Float32Array.from({ length: CELLS * CELLS }, (_, i) => i / CELLS ** 2);
    const { toSquare } = letterbox(createImage(64, 64), CELLS * STRIDE, [0, 0, 0]);
    const map = attentionOver({ width: 64, height: 64 }, toSquare, { values, cells: CELLS, stride: STRIDE });
    expect([map.width, map.height]).toEqual([CELLS, CELLS]);
    for (const [i, value] of map.values.entries()) expect(value).toBeCloseTo(values[i] ?? -1, 6);
  });

  it('has its peak where the picture has what the finder saw, whatever the picture’s shape', () => {
    const side = fc.integer({ min: 80, max: 400 });
    const inside = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(side, side, inside, inside, (width, height, u, v) => {
        const { toSquare } = letterbox(createImage(width, height), CELLS * STRIDE, [0, 0, 0]);
        const [x, y] = apply(toSquare, [u * width, v * height]);
        // A bump on the square, a cell and a half wide, around that point.
        const values = Float32Array.from({ length: CELLS * CELLS }, (_, i) => {
          const [dx, dy] = [(i % CELLS) + 0.5 - x / STRIDE, Math.floor(i / CELLS) + 0.5 - y / STRIDE];
          return Math.exp(-(dx * dx + dy * dy) / 2);
        });
        const map = attentionOver({ width, height }, toSquare, { values, cells: CELLS, stride: STRIDE });
        const peak = map.values.indexOf(Math.max(...map.values));
        expect(Math.abs(((peak % map.width) + 0.5) / map.width - u) * map.width).toBeLessThan(1.1);
        expect(Math.abs((Math.floor(peak / map.width) + 0.5) / map.height - v) * map.height).toBeLessThan(
          1.1,
        );
      }),
      { numRuns: 60 },
    );
  });
});
