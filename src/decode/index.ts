import type { RgbImage } from '../vision/rgb-image.ts';

// Contract of this layer; the implementation replaces this file's body.

/** An upright sRGB picture and what its file said about itself. */
export interface DecodedPicture {
  /** Upright pixels, the longest side at most `maxSide` (never enlarged). */
  readonly image: RgbImage;
  /** Size of the upright original: boxes are reported in these pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';
  readonly bytes: number;
}
