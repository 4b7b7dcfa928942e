// The augmentation of the seed's network: what Keras' ImageDataGenerator does with rotation_range=20,
// width_shift_range=0.2, height_shift_range=0.2, shear_range=0.2, zoom_range=0.2, horizontal_flip=True,
// fill_mode='nearest'. After keras-preprocessing 1.1.2, `affine_transformations.py` and `image_data_generator.py`.
import { type Affine, compose, rotation, scaling, translation } from './affine.ts';
import type { Random } from './random.ts';
import type { RgbImage } from './rgb-image.ts';
import { sampleAffine } from './sample.ts';

export interface SeedTransform {
  /** Degrees. */
  readonly rotation: number;
  /** Fractions of the height and of the width. */
  readonly shiftY: number;
  readonly shiftX: number;
  /** Degrees, and so next to nothing with the seed's range of 0.2; kept as it was. */
  readonly shear: number;
  /** Picture pixels to one pixel drawn: above 1 the bottle becomes smaller. */
  readonly zoomY: number;
  readonly zoomX: number;
  readonly flip: boolean;
}

/** Draws in the order in which Keras draws. */
export function drawSeedTransform(random: Random): SeedTransform {
  const within = (range: number) => (2 * random() - 1) * range;
  return {
    rotation: within(20),
    shiftY: within(0.2),
    shiftX: within(0.2),
    shear: within(0.2),
    zoomY: 1 + within(0.2),
    zoomX: 1 + within(0.2),
    flip: random() < 0.5,
  };
}

/** From pixels drawn to pixels of the picture: rotation · shift · shear · zoom about the middle, then the flip. */
export function seedAffine(transform: SeedTransform, width: number, height: number): Affine {
  const shear = (transform.shear * Math.PI) / 180;
  return compose(
    translation(width / 2, height / 2),
    // Keras turns from rows to columns, which is anticlockwise on the (x, y) axes used here.
    rotation(-transform.rotation),
    translation(transform.shiftX * width, transform.shiftY * height),
    [Math.cos(shear), 0, 0, -Math.sin(shear), 1, 0],
    scaling(transform.zoomX, transform.zoomY),
    scaling(transform.flip ? -1 : 1, 1),
    translation(-width / 2, -height / 2),
  );
}

/** One randomly turned, moved, zoomed and perhaps mirrored copy of the same size. */
export function augmentLikeSeed(image: RgbImage, random: Random): RgbImage {
  const map = seedAffine(drawSeedTransform(random), image.width, image.height);
  return sampleAffine(image, map, image.width, image.height, 'nearest');
}
