// Plane geometry of pictures. Coordinates are continuous: pixel (i, j) covers [i, i+1) × [j, j+1), so its
// centre is (i + ½, j + ½), the top left corner of the picture is (0, 0), y grows downwards, and angles
// grow clockwise as seen.
import type { Box } from './rgb-image.ts';

/** `x' = a·x + b·y + c`, `y' = d·x + e·y + f`. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export type Point = readonly [x: number, y: number];

export const IDENTITY: Affine = [1, 0, 0, 0, 1, 0];

export function translation(x: number, y: number): Affine {
  return [1, 0, x, 0, 1, y];
}

export function scaling(x: number, y = x): Affine {
  return [x, 0, 0, 0, y, 0];
}

/** Turns clockwise about the origin. */
export function rotation(degrees: number): Affine {
  const [cos, sin] = cosSin(degrees);
  return [cos, -sin, 0, sin, cos, 0];
}

/** One map after the other: `compose(f, g)` takes a point through `g`, then through `f`. */
export function compose(...maps: readonly Affine[]): Affine {
  return maps.reduce(multiply, IDENTITY);
}

function multiply(f: Affine, g: Affine): Affine {
  return [
    f[0] * g[0] + f[1] * g[3],
    f[0] * g[1] + f[1] * g[4],
    f[0] * g[2] + f[1] * g[5] + f[2],
    f[3] * g[0] + f[4] * g[3],
    f[3] * g[1] + f[4] * g[4],
    f[3] * g[2] + f[4] * g[5] + f[5],
  ];
}

/** The map back. Throws a RangeError when the map flattens the plane. */
export function invert([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  if (determinant === 0 || !Number.isFinite(determinant)) throw new RangeError('this map cannot be inverted');
  const [A, B, D, E] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [A, B, -(A * c + B * f), D, E, -(D * c + E * f)];
}

export function apply([a, b, c, d, e, f]: Affine, [x, y]: Point): Point {
  return [a * x + b * y + c, d * x + e * y + f];
}

/** The smallest box around a box that was mapped. */
export function mapBox(map: Affine, [x, y, width, height]: Box): Box {
  const corners = [apply(map, [x, y]), apply(map, [x + width, y])];
  corners.push(apply(map, [x, y + height]), apply(map, [x + width, y + height]));
  const xs = corners.map(([cornerX]) => cornerX);
  const ys = corners.map(([, cornerY]) => cornerY);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}

/** The part of a box inside a picture; of no width or height when there is none. */
export function clipBox([x, y, width, height]: Box, pictureWidth: number, pictureHeight: number): Box {
  const left = clamp(x, 0, pictureWidth);
  const top = clamp(y, 0, pictureHeight);
  return [
    left,
    top,
    clamp(x + width, left, pictureWidth) - left,
    clamp(y + height, top, pictureHeight) - top,
  ];
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** Exact at right angles, where sine and cosine of a rounded π would leave 6e-17 to blur a picture. */
function cosSin(degrees: number): readonly [number, number] {
  const turn = ((degrees % 360) + 360) % 360;
  if (turn === 0) return [1, 0];
  if (turn === 90) return [0, 1];
  if (turn === 180) return [-1, 0];
  if (turn === 270) return [0, -1];
  const radians = (turn * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}

/** A square to cut out of a picture, turned so that a bottle stands upright in it. */
export interface UprightCrop {
  /** The point, in pixels of the picture, that lands on `anchor`. */
  readonly x: number;
  readonly y: number;
  /** Side of the square in pixels of the picture. */
  readonly side: number;
  /**
   * Direction from the mouth along the bottle's axis towards the base, in degrees clockwise from straight
   * down: 0 an upright bottle, 90 its base to the left of the mouth, 180 upside down.
   */
  readonly angle: number;
  /** Where (x, y) lands, in fractions of the crop; its middle unless told otherwise. */
  readonly anchor?: Point | undefined;
}

/** The map from pixels of a crop of `size` × `size` to pixels of the picture it is cut from. */
export function cropToPicture(crop: UprightCrop, size: number): Affine {
  const [u, v] = crop.anchor ?? [0.5, 0.5];
  return compose(
    translation(crop.x, crop.y),
    rotation(crop.angle),
    scaling(crop.side / size),
    translation(-u * size, -v * size),
  );
}
