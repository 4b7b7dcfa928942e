import type { RgbImage } from './rgb-image.ts';

/** Pixels that count along each side, at most. A mean needs no more, and every picture that is judged pays for it. */
const SAMPLES_ACROSS = 256;

/**
 * Where in its cell a pixel is taken, 0 to 1: successive multiples of the golden ratio fall evenly and keep step with
 * no stripes.
 */
const PLACES = Float64Array.from(
  { length: 2 * SAMPLES_ACROSS },
  (_, turn) => ((turn * (Math.sqrt(5) - 1)) / 2) % 1,
);

/**
 * Mean luma of a picture, 0 (black) to 1 (white), by Rec. 601, over one pixel of every cell of a grid, each at another
 * place of its cell: at even distances stripes as wide apart would be taken for their lightest or darkest line.
 */
export function brightnessOf({ width, height, data }: RgbImage): number {
  const across = Math.ceil(width / SAMPLES_ACROSS);
  const down = Math.ceil(height / SAMPLES_ACROSS);
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (let row = 0; row * down < height; row++) {
    const y = placeIn(row, down, row, height);
    for (let column = 0; column * across < width; column++) {
      const x = placeIn(column, across, row + column, width);
      const at = 3 * (y * width + x);
      red += data[at];
      green += data[at + 1];
      blue += data[at + 2];
      count++;
    }
  }
  return (0.299 * red + 0.587 * green + 0.114 * blue) / (255 * count);
}

/** A pixel of the cell that begins at `cell * size`, inside the picture. */
function placeIn(cell: number, size: number, turn: number, end: number): number {
  return Math.min(end - 1, Math.floor((cell + PLACES[turn]) * size));
}
