// Which pixels of a small picture belong to the mouths, so that the rest can be looked at alone.
import type { FractionBox, Mouth } from '../dataset/index.ts';
import type { RgbImage } from '../vision/rgb-image.ts';

/** Where the mouths of a picture are, in fractions of its sides; all of them, or none would be hidden. */
export interface MouthRegions {
  /** Clicked mouths, the plainest source of all. */
  readonly mouths: readonly Mouth[];
  /** Boxes of caps, necks or of what a model looked at. */
  readonly boxes: readonly FractionBox[];
}

/** Mouths are hidden up to so many diameters from their centre: closure, rim, a slice of lime, foam. */
const REACH = 1.25;

/** 1 where the picture is left, 0 where a mouth is hidden, pixel by pixel. */
export function backgroundMask({ width, height }: RgbImage, { mouths, boxes }: MouthRegions): Uint8Array {
  const mask = new Uint8Array(width * height).fill(1);
  for (const { cx, cy, d } of mouths) {
    const radius = REACH * d * width;
    hide(mask, width, height, (x, y) => Math.hypot(x - cx * width, y - cy * height) <= radius);
  }
  for (const [cx, cy, w, h] of boxes)
    hide(
      mask,
      width,
      height,
      (x, y) => Math.abs(x / width - cx) <= w / 2 && Math.abs(y / height - cy) <= h / 2,
    );
  return mask;
}

function hide(mask: Uint8Array, width: number, height: number, inside: (x: number, y: number) => boolean) {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (inside(x + 0.5, y + 0.5)) mask[y * width + x] = 0;
}
