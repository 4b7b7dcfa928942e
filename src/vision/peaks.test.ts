import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPeaks } from './peaks.ts';

const all = { threshold: 0.1, distance: 0, limit: 100 };

describe('findPeaks', () => {
  const map = Float32Array.from(
    [
      [0.9, 0.2, 0, 0, 0.3],
      [0.1, 0, 0, 0.5, 0.2],
      [0, 0, 0, 0, 0],
      [0, 0.8, 0.8, 0, 0.7],
    ].flat(),
  );

  it('finds local maxima, highest first', () => {
    const found = findPeaks(map, 5, all).map(({ x, y }) => [x, y]);
    expect(found).toEqual([
      [0, 0],
      [1, 3],
      [4, 3],
      [3, 1],
    ]);
  });

  it('drops the lower of two that are too close', () => {
    const found = findPeaks(map, 5, { ...all, distance: 3.05 }).map(({ x, y }) => [x, y]);
    // (3, 1) is √8 from (1, 3), and (4, 3) lies 3 from it.
    expect(found).toEqual([
      [0, 0],
      [1, 3],
    ]);
  });

  it('stops at the limit and at the threshold', () => {
    expect(findPeaks(map, 5, { ...all, limit: 2 })).toHaveLength(2);
    expect(findPeaks(map, 5, { ...all, threshold: 0.75 })).toHaveLength(2);
    expect(findPeaks(map, 5, { ...all, threshold: 0.95 })).toEqual([]);
  });

  it('takes a plateau as one peak, at its first cell', () => {
    expect(findPeaks(new Float32Array(12).fill(0.5), 4, all)).toEqual([{ x: 0, y: 0, value: 0.5 }]);
  });

  it('keeps its promises on any map', () => {
    const cells = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(cells, fc.double({ min: 0, max: 5, noNaN: true }), (values, distance) => {
        const heat = Float32Array.from(values);
        const peaks = findPeaks(heat, 8, { threshold: 3, distance, limit: 100 });
        for (const [i, peak] of peaks.entries()) {
          expect(peak.value).toBe(heat[peak.y * 8 + peak.x]);
          expect(peak.value).toBeGreaterThanOrEqual(3);
          for (const other of peaks.slice(i + 1)) {
            expect(other.value).toBeLessThanOrEqual(peak.value);
            expect(Math.hypot(other.x - peak.x, other.y - peak.y)).toBeGreaterThanOrEqual(distance);
          }
        }
        const highest = Math.max(...values);
        if (highest >= 3) expect(peaks[0]?.value).toBe(highest);
      }),
    );
  });
});
