import { describe, expect, test } from 'vitest';
import { CROWN_FLUTES, crownPath } from './crown.ts';
import { heatmapPixels } from './heatmap-colours.ts';

describe('the crown cap', () => {
  const points = (path: string): [number, number][] =>
    [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

  test('has 21 flutes and closes', () => {
    const path = crownPath(10, 12);
    expect(path.match(/Q/g)).toHaveLength(2 * CROWN_FLUTES);
    expect(path.endsWith('Z')).toBe(true);
    expect(points(path).at(-1)?.map(Math.abs)).toEqual(points(path)[0]?.map(Math.abs));
  });

  test('a part of it stays open', () => {
    expect(crownPath(10, 12, 5).match(/Q/g)).toHaveLength(10);
    expect(crownPath(10, 12, 5)).not.toContain('Z');
    expect(crownPath(10, 12, 0)).toBe('M0.00 -11.00');
  });
});

describe('the heat map', () => {
  test('the strongest cell is the brightest and most opaque, an empty one is clear', () => {
    const pixels = heatmapPixels({ width: 3, height: 1, values: [0, 0.25, 0.5] });
    const alpha = [3, 7, 11].map((at) => pixels[at] ?? -1);
    expect(alpha[0]).toBe(0);
    expect(alpha[1]).toBeGreaterThan(0);
    expect(alpha[2]).toBeGreaterThan(alpha[1] ?? 255);
    expect([...pixels.slice(8, 11)]).toEqual([255, 247, 214]);
  });

  test('a faint map stays dim', () => {
    const faint = heatmapPixels({ width: 1, height: 1, values: [0.02] });
    const strong = heatmapPixels({ width: 1, height: 1, values: [0.9] });
    expect(faint[3]).toBeLessThan((strong[3] ?? 0) / 3);
  });

  test('a map of nothing is clear', () => {
    const pixels = heatmapPixels({ width: 2, height: 2, values: [0, 0, 0, 0] });
    expect([3, 7, 11, 15].every((at) => pixels[at] === 0)).toBe(true);
  });
});
