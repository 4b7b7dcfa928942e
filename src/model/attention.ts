// From the finder's map, which lies over the padded square, to a map that lies over the picture itself.
import { type Affine, apply } from '../vision/affine.ts';
import type { AttentionMap } from './classification.ts';

export interface SquareMap {
  /** `cells` × `cells` values, row by row. */
  readonly values: Float32Array;
  readonly cells: number;
  /** Pixels of the square to a cell's side. */
  readonly stride: number;
}

/**
 * The part of a map over a square input that a picture fills, as a grid of about the same cells over the
 * picture: the padding is cut away, cells that straddle its edge are interpolated.
 */
export function attentionOver(
  picture: { readonly width: number; readonly height: number },
  toSquare: Affine,
  { values, cells, stride }: SquareMap,
): AttentionMap {
  const columns = Math.max(1, Math.round((picture.width * toSquare[0]) / stride));
  const rows = Math.max(1, Math.round((picture.height * toSquare[4]) / stride));
  const at = (column: number, row: number): number => {
    const inside = (index: number): number => Math.min(Math.max(index, 0), cells - 1);
    return values[inside(row) * cells + inside(column)] ?? 0;
  };
  const sampled = Float32Array.from({ length: columns * rows }, (_, i) => {
    const centre = [((i % columns) + 0.5) / columns, (Math.floor(i / columns) + 0.5) / rows] as const;
    const [x, y] = apply(toSquare, [centre[0] * picture.width, centre[1] * picture.height]);
    return bilinear(at, x / stride - 0.5, y / stride - 0.5);
  });
  return { width: columns, height: rows, values: sampled };
}

function bilinear(at: (column: number, row: number) => number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const above = at(left, top) * (1 - right) + at(left + 1, top) * right;
  const below = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
  return above * (1 - down) + below * down;
}
