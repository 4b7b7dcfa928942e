// Where the network looked, drawn on the picture: the map as warmth, a box around every mouth.
import type { AttentionMap } from '../model/classification.ts';
import { clamp } from '../vision/affine.ts';
import type { Box, RgbImage } from '../vision/rgb-image.ts';

export interface OutlinedBox {
  readonly box: Box;
  readonly rgb: readonly [number, number, number];
}

const WARM = [255, 90, 0] as const;
// At full attention a part of the picture still shows through.
const MOST_OPAQUE = 0.65;

/** The picture with the map laid over it: the more attention, the warmer and the more opaque. */
export function overlayAttention(image: RgbImage, attention: AttentionMap): RgbImage {
  const { width, height } = image;
  const data = new Uint8Array(image.data);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = valueAt(attention, (x + 0.5) / width, (y + 0.5) / height);
      blend(data, (y * width + x) * 3, WARM, MOST_OPAQUE * value);
    }
  return { width, height, data };
}

/** Bilinear between the centres of cells; `u` and `v` are fractions of the picture's width and height. */
function valueAt({ width, height, values }: AttentionMap, u: number, v: number): number {
  const x = clamp(u * width - 0.5, 0, width - 1);
  const y = clamp(v * height - 0.5, 0, height - 1);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number) =>
    values[Math.min(row, height - 1) * width + Math.min(column, width - 1)] ?? 0;
  const above = mix(at(left, top), at(left + 1, top), x - left);
  const below = mix(at(left, top + 1), at(left + 1, top + 1), x - left);
  return mix(above, below, y - top);
}

/** The picture with outlines drawn inside each box, a two-hundredth of the longest side thick. */
export function drawBoxes(image: RgbImage, boxes: readonly OutlinedBox[]): RgbImage {
  const { width, height } = image;
  const data = new Uint8Array(image.data);
  const thickness = Math.max(2, Math.round(Math.max(width, height) / 200));
  const fill = (x0: number, y0: number, x1: number, y1: number, rgb: OutlinedBox['rgb']) => {
    for (let y = clamp(y0, 0, height); y < clamp(y1, 0, height); y++)
      for (let x = clamp(x0, 0, width); x < clamp(x1, 0, width); x++) data.set(rgb, (y * width + x) * 3);
  };
  for (const { box, rgb } of boxes) {
    const [left, top] = [Math.round(box[0]), Math.round(box[1])];
    const [right, bottom] = [Math.round(box[0] + box[2]), Math.round(box[1] + box[3])];
    fill(left, top, right, top + thickness, rgb);
    fill(left, bottom - thickness, right, bottom, rgb);
    fill(left, top, left + thickness, bottom, rgb);
    fill(right - thickness, top, right, bottom, rgb);
  }
  return { width, height, data };
}

function blend(data: Uint8Array, at: number, rgb: readonly [number, number, number], opacity: number): void {
  for (const [channel, value] of rgb.entries())
    data[at + channel] = Math.round(mix(data[at + channel] ?? 0, value, opacity));
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
