// The mouths on a heat map: local maxima that are not too close to each other.

export interface Peak {
  /** Column and row of the map. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

export interface PeakOptions {
  /** Values below are no peaks. */
  readonly threshold: number;
  /** Of two peaks nearer than this many cells, the lower goes. */
  readonly distance: number;
  /** At most this many, the highest first. */
  readonly limit: number;
}

/**
 * Greedy non-maximum suppression on a map of `width` columns, row by row. Highest first; of equal values
 * the one that comes first in reading order wins, so a plateau is one peak.
 */
export function findPeaks(
  map: Float32Array,
  width: number,
  { threshold, distance, limit }: PeakOptions,
): Peak[] {
  const candidates: Peak[] = [];
  for (let i = 0; i < map.length; i++) {
    const value = map[i];
    if (value >= threshold && isLocalMaximum(map, width, i))
      candidates.push({ x: i % width, y: Math.floor(i / width), value });
  }
  // Stable, so equal values stay in reading order.
  candidates.sort((one, other) => other.value - one.value);
  const peaks: Peak[] = [];
  for (const candidate of candidates) {
    if (peaks.length >= limit) break;
    if (peaks.every((peak) => Math.hypot(peak.x - candidate.x, peak.y - candidate.y) >= distance))
      peaks.push(candidate);
  }
  return peaks;
}

/** Above its eight neighbours; a neighbour earlier in reading order also wins by being equal. */
function isLocalMaximum(map: Float32Array, width: number, index: number): boolean {
  const value = map[index];
  const [column, height] = [index % width, map.length / width];
  const row = Math.floor(index / width);
  for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
    for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
      const neighbour = y * width + x;
      const other = map[neighbour];
      if (other > value || (other === value && neighbour < index)) return false;
    }
  return true;
}
