import { expect, it } from 'vitest';
import { decode, encodeJpeg } from '../decode/index.ts';
import { jpegArtefacts } from './jpeg-artefacts.ts';
import type { RgbImage } from './rgb-image.ts';

/** A bent edge between two colours on a slope with some grain; its sides are no multiples of eight. */
function scene(): RgbImage {
  const [width, height] = [75, 61];
  const data = new Uint8ClampedArray(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = Math.hypot(x - 30, y - 33) < 19;
    const grain = ((i * 2654435761) >>> 28) - 8;
    data.set([(inside ? 210 : 40) + grain, 60 + x + grain, (inside ? 30 : 120) + y + grain], i * 3);
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}

function distance(one: RgbImage, other: RgbImage): number {
  const sum = one.data.reduce((total, value, i) => total + (value - (other.data[i] ?? 0)) ** 2, 0);
  return Math.sqrt(sum / one.data.length);
}

it.each([95, 75, 40, 12])('does what a real JPEG does at quality %d', async (quality) => {
  const image = scene();
  const real = (await decode(await encodeJpeg(image, quality))).image;
  const ours = jpegArtefacts(image, quality);
  // Half a step of 0–255 is what libjpeg's integer arithmetic rounds away.
  expect(distance(ours, real)).toBeLessThan(0.5 + 0.3 * distance(image, real));
});
