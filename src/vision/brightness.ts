import type { RgbImage } from './rgb-image.ts';

/** Pixels that count along each side, at most. A mean needs no more, and every picture that is judged pays for it. */
const SAMPLES_ACROSS = 256;

/** Mean luma of a picture, 0 (black) to 1 (white), by Rec. 601, over pixels at even distances. */
export function brightnessOf({ width, height, data }: RgbImage): number {
  const across = Math.ceil(width / SAMPLES_ACROSS);
  const down = Math.ceil(height / SAMPLES_ACROSS);
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (let y = down >> 1; y < height; y += down) {
    for (let x = across >> 1; x < width; x += across) {
      const at = 3 * (y * width + x);
      red += data[at];
      green += data[at + 1];
      blue += data[at + 2];
      count++;
    }
  }
  return (0.299 * red + 0.587 * green + 0.114 * blue) / (255 * count);
}
