// The way back, for reports, rendered samples and tests. Never on the way from a photograph to a verdict.
import type { RgbImage } from '../vision/rgb-image.ts';
import { sharp } from './sharp.ts';

/** Lossless: decoding it gives the same pixels. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  return new Uint8Array(await fromPixels(image).png().toBuffer());
}

/** @param quality 1–100. Colour is kept at full resolution, since a cap may be a few pixels wide. */
export async function encodeJpeg(image: RgbImage, quality = 90): Promise<Uint8Array> {
  return new Uint8Array(await fromPixels(image).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer());
}

/** @param quality 1–100. */
export async function encodeWebp(image: RgbImage, quality = 90): Promise<Uint8Array> {
  return new Uint8Array(await fromPixels(image).webp({ quality }).toBuffer());
}

function fromPixels(image: RgbImage) {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}
