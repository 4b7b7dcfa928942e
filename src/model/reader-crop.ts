// The one way to cut the reader's crop, shared by training and serving.

import { type Affine, apply, clamp, cropToPicture } from '../vision/affine.ts';
import { createImage, type RgbImage } from '../vision/rgb-image.ts';
import { type Rgb, sampleAffine } from '../vision/sample.ts';

/** Where the mouth lies in a crop: above the middle, so that the neck below it is seen. */
export const MOUTH_IN_CROP = [0.5, 0.4] as const;

export interface MouthPlace {
  /** Centre, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
  /** Across the closure or the rim, in pixels of the picture. */
  readonly diameter: number;
  /** Direction towards the base, degrees clockwise from straight down. */
  readonly angle: number;
}

/** An upright square of `zoom` mouth diameters a side, drawn at `size` × `size` pixels. */
export type CropMouth = (
  image: RgbImage,
  mouth: MouthPlace,
  zoom: number,
  size: number,
  fill: Rgb,
) => RgbImage;

export const cropMouth: CropMouth = (image, mouth, zoom, size, fill) =>
  sampleAffine(image, mouthCropToPicture(mouth, zoom, size), size, size, fill);

/** How far below the mouth's centre a bare crop goes on, in mouth diameters: to where lip or cap end. */
const MOUTH_ENDS = 0.5;

/** The same with nothing but `fill` below the mouth: what is on the neck has no say. */
export const cropBareMouth: CropMouth = (image, mouth, zoom, size, fill) => {
  const whole = cropMouth(image, mouth, zoom, size, fill);
  const rows = Math.min(size, Math.ceil(size * (MOUTH_IN_CROP[1] + MOUTH_ENDS / zoom)));
  const bare = createImage(size, size, fill);
  bare.data.set(whole.data.subarray(0, rows * size * 3));
  return bare;
};

/** The map from pixels of that crop to pixels of the picture. */
export function mouthCropToPicture(
  { x, y, diameter, angle }: MouthPlace,
  zoom: number,
  size: number,
): Affine {
  return cropToPicture({ x, y, side: diameter * zoom, angle, anchor: MOUTH_IN_CROP }, size);
}

/** A mouth's place as the reader's columns say it: size, dx, dy, baseX, baseY. Angles grow clockwise. */
export function placeInCrop(mouth: MouthPlace, toCrop: Affine, size: number): number[] {
  const [x, y] = apply(toCrop, [mouth.x, mouth.y]);
  const scale = scaleOf(toCrop);
  const radians = (mouth.angle * Math.PI) / 180;
  const [downX, downY] = [-Math.sin(radians), Math.cos(radians)];
  return [
    Math.log2((4 * mouth.diameter * scale) / size),
    8 * (x / size - MOUTH_IN_CROP[0]),
    8 * (y / size - MOUTH_IN_CROP[1]),
    (toCrop[0] * downX + toCrop[1] * downY) / scale,
    (toCrop[3] * downX + toCrop[4] * downY) / scale,
  ];
}

/** The inverse: from the reader's columns to a place in the picture. */
export function placeInPicture(columns: readonly number[], toPicture: Affine, size: number): MouthPlace {
  const [size4, dx, dy, baseX, baseY] = columns;
  // Whatever a network says, a place stays near its crop.
  const log2Size = clamp(size4, -3, 3);
  const [x, y] = apply(toPicture, [
    size * (MOUTH_IN_CROP[0] + clamp(dx, -4, 4) / 8),
    size * (MOUTH_IN_CROP[1] + clamp(dy, -4, 4) / 8),
  ]);
  const downX = toPicture[0] * baseX + toPicture[1] * baseY;
  const downY = toPicture[3] * baseX + toPicture[4] * baseY;
  return {
    x,
    y,
    diameter: (2 ** log2Size / 4) * size * scaleOf(toPicture),
    angle: (Math.atan2(-downX, downY) * 180) / Math.PI,
  };
}

const scaleOf = (map: Affine): number => Math.sqrt(Math.abs(map[0] * map[4] - map[1] * map[3]));
