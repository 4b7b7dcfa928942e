// Area resize. Not plain bilinear: shrinking a large photograph by bilinear skips most pixels and turns
// the edge of a cap into noise.
import type { Box, RgbImage } from './rgb-image.ts';

/**
 * Resizes to `width` × `height`. Each axis on its own: when shrinking, every pixel is the exact average of
 * the area it covers; when enlarging, linear interpolation between pixel centres.
 */
export function resizeArea(image: RgbImage, width: number, height: number): RgbImage {
  const resized = { width, height, data: new Uint8Array(width * height * 3) };
  resizeInto(image, [0, 0, image.width, image.height], { left: 0, top: 0, width, height }, resized);
  return resized;
}

/**
 * Like `resizeArea`, for the pixels inside `region` (whole numbers) of the picture, written into `target`
 * with the top left corner at (left, top).
 */
export function resizeInto(
  image: RgbImage,
  region: Box,
  { width, height, left, top }: Placement,
  target: RgbImage,
): void {
  if (width < 1 || height < 1) throw new RangeError(`cannot resize to ${width} × ${height}`);
  const [x0, y0, regionWidth, regionHeight] = region;
  const rows = axisWeights(regionHeight, height);
  const columns = axisWeights(regionWidth, width);
  const mixed = new Float32Array(regionWidth * 3);
  for (let y = 0; y < height; y++) {
    const first = y0 + rows.first[y];
    mixRows(image.data, (first * image.width + x0) * 3, image.width * 3, rows, y, mixed);
    mixColumns(mixed, columns, width, target.data, ((top + y) * target.width + left) * 3);
  }
}

/** Where a picture lies in another, in whole pixels of that other. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** For each output place, the first input place that counts and the weights (sum 1) from there on. */
interface AxisWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly taps: number;
  readonly weights: Float32Array;
}

function axisWeights(from: number, to: number): AxisWeights {
  const ratio = from / to;
  const taps = Math.max(2, Math.ceil(ratio) + 1);
  const axis = {
    first: new Int32Array(to),
    count: new Int32Array(to),
    taps,
    weights: new Float32Array(to * taps),
  };
  for (let i = 0; i < to; i++) {
    if (ratio > 1) coverWeights(axis, i, ratio, from);
    else linearWeights(axis, i, ratio, from);
  }
  return axis;
}

function coverWeights({ first, count, taps, weights }: AxisWeights, i: number, ratio: number, from: number) {
  const start = i * ratio;
  const end = Math.min((i + 1) * ratio, from);
  const begin = Math.floor(start);
  const stop = Math.min(Math.ceil(end - 1e-9), from);
  first[i] = begin;
  count[i] = stop - begin;
  for (let p = begin; p < stop; p++)
    weights[i * taps + p - begin] = (Math.min(end, p + 1) - Math.max(start, p)) / (end - start);
}

function linearWeights({ first, count, taps, weights }: AxisWeights, i: number, ratio: number, from: number) {
  const centre = Math.min(Math.max((i + 0.5) * ratio - 0.5, 0), from - 1);
  const begin = Math.floor(centre);
  const share = centre - begin;
  first[i] = begin;
  count[i] = share > 0 ? 2 : 1;
  weights[i * taps] = 1 - share;
  weights[i * taps + 1] = share;
}

/** Weighs the rows of bytes that one output row is made of; two at a time, which halves the memory traffic. */
function mixRows(
  data: Uint8Array,
  start: number,
  stride: number,
  rows: AxisWeights,
  y: number,
  mixed: Float32Array,
): void {
  const count = rows.count[y];
  const weights = y * rows.taps;
  for (let t = 0; t < count; t += 2) {
    const one = start + t * stride;
    const two = t + 1 < count ? one + stride : one;
    const w1 = rows.weights[weights + t];
    const w2 = t + 1 < count ? rows.weights[weights + t + 1] : 0;
    if (t === 0) for (let i = 0; i < mixed.length; i++) mixed[i] = w1 * data[one + i] + w2 * data[two + i];
    else for (let i = 0; i < mixed.length; i++) mixed[i] = mixed[i] + w1 * data[one + i] + w2 * data[two + i];
  }
}

function mixColumns(
  mixed: Float32Array,
  columns: AxisWeights,
  width: number,
  out: Uint8Array,
  start: number,
): void {
  const { first, count, taps, weights } = columns;
  let o = start;
  for (let x = 0; x < width; x++) {
    // Starting at a half makes the cut-off below round to the nearest value.
    let r = 0.5;
    let g = 0.5;
    let b = 0.5;
    let i = first[x] * 3;
    const end = x * taps + count[x];
    for (let w = x * taps; w < end; w++, i += 3) {
      const weight = weights[w];
      r += weight * mixed[i];
      g += weight * mixed[i + 1];
      b += weight * mixed[i + 2];
    }
    out[o] = r;
    out[o + 1] = g;
    out[o + 2] = b;
    o += 3;
  }
}
