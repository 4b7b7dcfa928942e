// Fills holes of a picture smoothly from what surrounds them, so that what was there is gone and nothing new,
// no edge and no colour of its own, takes its place.
import type { RgbImage } from '../../vision/rgb-image.ts';

/** Red, green, blue times weight, then weight, for every pixel of one level of the pyramid. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * The picture with every pixel whose `keep` is 0 replaced: push–pull over a pyramid of halved pictures (Gortler
 * et al. 1996, The Lumigraph, section 3.4). Kept pixels stay as they are; with none kept it is grey.
 */
export function inpaint(image: RgbImage, keep: Uint8Array): RgbImage {
  const levels = [firstLevel(image, keep)];
  for (let level = levels[0]; level.width > 1 || level.height > 1; level = levels[levels.length - 1])
    levels.push(halved(level));
  let filled = coloursOf(levels[levels.length - 1]);
  for (const level of levels.slice(0, -1).reverse()) filled = blend(level, filled);
  const data = image.data.slice();
  for (const [i, kept] of keep.entries())
    if (kept === 0) for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round(filled.values[4 * i + c]);
  return { width: image.width, height: image.height, data };
}

function firstLevel({ width, height, data }: RgbImage, keep: Uint8Array): Level {
  const values = new Float32Array(width * height * 4);
  for (const [i, kept] of keep.entries()) {
    if (kept === 0) continue;
    values.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
    values[4 * i + 3] = 1;
  }
  return { width, height, values };
}

function halved({ width, height, values }: Level): Level {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const sums = new Float32Array(half.width * half.height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 4; c++)
        sums[((y >> 1) * half.width + (x >> 1)) * 4 + c] += values[(y * width + x) * 4 + c];
  // A weight above 1 knows no more than 1 does.
  for (let i = 0; i < sums.length; i += 4) {
    const scale = 1 / Math.max(1, sums[i + 3]);
    for (let c = 0; c < 4; c++) sums[i + c] *= scale;
  }
  return { ...half, values: sums };
}

const GREY = 128;

/** Colours without their weights. */
function coloursOf({ width, height, values }: Level): Level {
  const colours = values.slice();
  for (let i = 0; i < colours.length; i += 4)
    for (let c = 0; c < 3; c++) colours[i + c] = values[i + 3] > 0 ? values[i + c] / values[i + 3] : GREY;
  return { width, height, values: colours };
}

/** Where a level knows nothing, or little, the coarser one speaks, smoothly between its pixels. */
function blend({ width, height, values }: Level, coarse: Level): Level {
  const colours = new Float32Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 4;
      const missing = 1 - values[i + 3];
      for (let c = 0; c < 3; c++)
        colours[i + c] =
          values[i + c] + (missing > 0 ? missing * bilinear(coarse, x / 2 - 0.25, y / 2 - 0.25, c) : 0);
    }
  return { width, height, values: colours };
}

function bilinear({ width, height, values }: Level, x: number, y: number, channel: number): number {
  const clampedX = Math.min(Math.max(x, 0), width - 1);
  const clampedY = Math.min(Math.max(y, 0), height - 1);
  const [left, top] = [Math.floor(clampedX), Math.floor(clampedY)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const [fx, fy] = [clampedX - left, clampedY - top];
  const at = (column: number, row: number) => values[(row * width + column) * 4 + channel];
  return (
    (at(left, top) * (1 - fx) + at(right, top) * fx) * (1 - fy) +
    (at(left, bottom) * (1 - fx) + at(right, bottom) * fx) * fy
  );
}
