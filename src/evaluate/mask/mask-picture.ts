// The three forms of a picture that tell what an answer was taken from: as it is, without its mouths, and with
// nothing but its mouths.
import type { Mouth } from '../../dataset/index.ts';
import type { RgbImage } from '../../vision/rgb-image.ts';
import { inpaint } from './inpaint.ts';

export const FORMS = ['intact', 'mouth_hidden', 'rest_hidden'] as const;
export type Form = (typeof FORMS)[number];

/** Hidden around a mouth, in its diameters from side to side: closure, rim, foam, a slice of lime. */
export const HIDDEN_DIAMETERS = 2.5;
/** Left around a mouth when the rest is hidden: it and some neck. */
export const KEPT_DIAMETERS = 5;

export function maskPicture(image: RgbImage, mouths: readonly Mouth[], form: Form): RgbImage {
  if (form === 'intact') return image;
  const hides = form === 'mouth_hidden';
  const near = aroundMouths(image, mouths, hides ? HIDDEN_DIAMETERS : KEPT_DIAMETERS);
  return inpaint(image, hides ? near.map((inside) => 1 - inside) : near);
}

/** 1 inside a disc of so many mouth diameters around any mouth, pixel by pixel. */
function aroundMouths({ width, height }: RgbImage, mouths: readonly Mouth[], diameters: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const { cx, cy, d } of mouths) {
    const [x, y, radius] = [cx * width, cy * height, (d * width * diameters) / 2];
    for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, y + radius); row++)
      for (let column = Math.max(0, Math.floor(x - radius)); column < Math.min(width, x + radius); column++)
        if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= radius) mask[row * width + column] = 1;
  }
  return mask;
}
