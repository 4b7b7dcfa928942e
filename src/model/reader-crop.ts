// The one way to cut the reader's crop, shared by training and serving.

import { cropToPicture } from '../vision/affine.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { type Rgb, sampleAffine } from '../vision/sample.ts';

/** Where the mouth lies in a crop: above the middle, so that the neck below it is seen. */
export const MOUTH_IN_CROP = [0.5, 0.4] as const;

export interface MouthPlace {
  readonly x: number;
  readonly y: number;
  readonly diameter: number;
  readonly angle: number;
}

/** An upright square of `zoom` mouth diameters a side, drawn at `size` × `size` pixels. */
export function cropMouth(
  image: RgbImage,
  mouth: MouthPlace,
  zoom: number,
  size: number,
  fill: Rgb,
): RgbImage {
  const crop = {
    x: mouth.x,
    y: mouth.y,
    side: mouth.diameter * zoom,
    angle: mouth.angle,
    anchor: MOUTH_IN_CROP,
  };
  return sampleAffine(image, cropToPicture(crop, size), size, size, fill);
}
