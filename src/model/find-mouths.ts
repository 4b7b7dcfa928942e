// From the finder's map to mouths in the picture.

import { type Affine, apply, type Point } from '../vision/affine.ts';
import { findPeaks } from '../vision/peaks.ts';
import { FINDER_CHANNELS, FINDER_STRIDE } from './mouth.ts';

export interface Mouth {
  /** Centre, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
  /** Across the closure or the rim, in pixels of the picture. */
  readonly diameter: number;
  /** Direction towards the base, degrees clockwise from straight down. */
  readonly angle: number;
  /** The finder's probability that this is a mouth. */
  readonly presence: number;
}

export interface FindOptions {
  /** Side of the finder's map in cells. */
  readonly cells: number;
  readonly toPicture: Affine;
  readonly limit: number;
  readonly threshold: number;
}

/**
 * Reads one picture's map (7 · cells · cells values). The strongest peak is always returned, however weak,
 * so that there is something to say about every picture; the others must reach the threshold.
 */
export function findMouths(map: Float32Array, { cells, toPicture, limit, threshold }: FindOptions): Mouth[] {
  const area = cells * cells;
  const at = (channel: number, cell: number): number => map[channel * area + cell];
  const presences = presenceMap(map, cells);
  const peaks = findPeaks(presences, cells, { threshold: 0, distance: 2, limit });
  return peaks
    .filter((peak, rank) => rank === 0 || peak.value >= threshold)
    .map(({ x: column, y: row, value }) => {
      const cell = row * cells + column;
      const centre: Point = [
        (column + 0.5 + at(FINDER_CHANNELS.dx, cell)) * FINDER_STRIDE,
        (row + 0.5 + at(FINDER_CHANNELS.dy, cell)) * FINDER_STRIDE,
      ];
      const [x, y] = apply(toPicture, centre);
      const scale = Math.sqrt(Math.abs(toPicture[0] * toPicture[4] - toPicture[1] * toPicture[3]));
      const size = Math.min(Math.max(at(FINDER_CHANNELS.size, cell), -3), 5);
      const [baseX, baseY] = [at(FINDER_CHANNELS.baseX, cell), at(FINDER_CHANNELS.baseY, cell)];
      return {
        x,
        y,
        diameter: 2 ** size * FINDER_STRIDE * scale,
        angle: (Math.atan2(-baseX, baseY) * 180) / Math.PI,
        presence: value,
      };
    });
}

/** The map's probabilities of a mouth, cell by cell. */
export function presenceMap(map: Float32Array, cells: number): Float32Array {
  return map
    .slice(FINDER_CHANNELS.mouth * cells * cells, (FINDER_CHANNELS.mouth + 1) * cells * cells)
    .map(sigmoid);
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
