// How a whole picture becomes a network's square input, and the way back for boxes.
import { type Affine, compose, invert, scaling, translation } from './affine.ts';
import { type Placement, resizeInto } from './resize.ts';
import { createImage, type RgbImage } from './rgb-image.ts';
import type { Rgb } from './sample.ts';

export type Fit = 'letterbox' | 'stretch';

/** A picture laid into a square, with the maps between both. */
export interface Fitted {
  readonly image: RgbImage;
  /** From pixels of the picture to pixels of the square. */
  readonly toSquare: Affine;
  /** From pixels of the square to pixels of the picture. */
  readonly toPicture: Affine;
}

/** As large as fits with its aspect kept, in the middle; or over the whole square. */
export function placeInSquare(width: number, height: number, size: number, fit: Fit): Placement {
  if (fit === 'stretch') return { left: 0, top: 0, width: size, height: size };
  const scale = size / Math.max(width, height);
  const placed = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  return {
    left: Math.floor((size - placed.width) / 2),
    top: Math.floor((size - placed.height) / 2),
    ...placed,
  };
}

/** Lays a picture into a `size` × `size` square; the rest of the square has the colour `fill`. */
export function fitIntoSquare(image: RgbImage, size: number, fit: Fit, fill: Rgb): Fitted {
  const place = placeInSquare(image.width, image.height, size, fit);
  const square = createImage(size, size, fill);
  resizeInto(image, [0, 0, image.width, image.height], place, square);
  const toSquare = compose(
    translation(place.left, place.top),
    scaling(place.width / image.width, place.height / image.height),
  );
  return { image: square, toSquare, toPicture: invert(toSquare) };
}

/** Keeps the aspect and pads with `fill`. */
export function letterbox(image: RgbImage, size: number, fill: Rgb): Fitted {
  return fitIntoSquare(image, size, 'letterbox', fill);
}
