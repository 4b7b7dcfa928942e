// From the finder's map to mouths in the picture.

import { type Affine, apply, type Point } from '../vision/affine.ts';
import { findPeaks, type Peak } from '../vision/peaks.ts';
import { sigmoid } from './calibration.ts';
import type { MouthArchitecture } from './card.ts';
import { FINDER_CHANNELS, FINDER_STRIDE } from './mouth.ts';
import type { MouthPlace } from './reader-crop.ts';

export interface Mouth extends MouthPlace {
  /** The finder's probability that this is a mouth. */
  readonly presence: number;
}

export interface FindOptions {
  /** Side of the finder's map in cells. */
  readonly cells: number;
  readonly toPicture: Affine;
  readonly limit: number;
  readonly threshold: number;
  readonly doubt?: MouthArchitecture['doubt'];
}

/**
 * Reads one picture's map (7 · cells · cells values). The strongest peak is always returned, however weak,
 * so that there is something to say about every picture; the others must reach the threshold, which is lower
 * where the strongest is in doubt.
 */
export function findMouths(map: Float32Array, options: FindOptions): Mouth[] {
  const { cells, toPicture, limit, threshold, doubt } = options;
  const peaks = findPeaks(presenceMap(map, cells), cells, { threshold: 0, distance: 2, limit: 2 * limit });
  const mouths = keepApart(peaks.map((peak) => mouthAt(map, cells, peak, toPicture)));
  const doubtful = doubt && mouths[0].presence < doubt.below;
  return mouths
    .filter(
      ({ presence }, rank) =>
        rank === 0 ||
        presence >= threshold ||
        (doubtful && rank < doubt.mouths && presence >= doubt.threshold),
    )
    .slice(0, limit);
}

function mouthAt(
  map: Float32Array,
  cells: number,
  { x: column, y: row, value }: Peak,
  toPicture: Affine,
): Mouth {
  const at = (channel: number): number => map[(channel * cells + row) * cells + column];
  const centre: Point = [
    (column + 0.5 + at(FINDER_CHANNELS.dx)) * FINDER_STRIDE,
    (row + 0.5 + at(FINDER_CHANNELS.dy)) * FINDER_STRIDE,
  ];
  const [x, y] = apply(toPicture, centre);
  const scale = Math.sqrt(Math.abs(toPicture[0] * toPicture[4] - toPicture[1] * toPicture[3]));
  // From an eighth of a cell to the whole map: whatever a map says, the crop stays a crop.
  const size = Math.min(Math.max(at(FINDER_CHANNELS.size), -3), 5);
  return {
    x,
    y,
    diameter: 2 ** size * FINDER_STRIDE * scale,
    angle: (Math.atan2(-at(FINDER_CHANNELS.baseX), at(FINDER_CHANNELS.baseY)) * 180) / Math.PI,
    presence: value,
  };
}

/**
 * A large mouth covers many cells and may have several peaks: of two mouths whose centres lie within the
 * larger one's radius and a bit, the less likely goes. Expects the most likely first.
 */
export function keepApart<T extends MouthPlace>(mouths: readonly T[]): T[] {
  const kept: T[] = [];
  for (const mouth of mouths) {
    const isApart = kept.every(
      (other) =>
        Math.hypot(mouth.x - other.x, mouth.y - other.y) > 0.6 * Math.max(mouth.diameter, other.diameter),
    );
    if (isApart) kept.push(mouth);
  }
  return kept;
}

/** The map's probabilities of a mouth, cell by cell. */
export function presenceMap(map: Float32Array, cells: number): Float32Array {
  return map
    .slice(FINDER_CHANNELS.mouth * cells * cells, (FINDER_CHANNELS.mouth + 1) * cells * cells)
    .map(sigmoid);
}
