// Pixels to a network's input values. The constants come from the model card and from nowhere else.
import type { RgbImage } from './rgb-image.ts';

/** Each channel becomes (value − mean) / scale, value 0–255. */
export interface Normalisation {
  readonly mean: number;
  readonly scale: number;
}

/**
 * Writes a picture as planes (3, height, width), red first, into `target` from `offset` on, so that a batch
 * is filled without copies. Throws a RangeError when it does not fit.
 */
export function writeTensor(
  { width, height, data }: RgbImage,
  { mean, scale }: Normalisation,
  target: Float32Array,
  offset = 0,
): void {
  const plane = width * height;
  if (offset < 0 || offset + 3 * plane > target.length)
    throw new RangeError(
      `${3 * plane} values from ${offset} on do not fit into a tensor of ${target.length}`,
    );
  const normalised = Float32Array.from({ length: 256 }, (_, value) => (value - mean) / scale);
  let red = offset;
  for (let i = 0; i < data.length; i += 3, red++) {
    target[red] = normalised[data[i]];
    target[red + plane] = normalised[data[i + 1]];
    target[red + 2 * plane] = normalised[data[i + 2]];
  }
}
