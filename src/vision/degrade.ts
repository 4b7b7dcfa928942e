// What cameras, distance and messengers do to a photograph: blur, low resolution, noise, things in the way.
import { clamp } from './affine.ts';
import type { Random } from './random.ts';
import { resizeArea } from './resize.ts';
import type { Box, RgbImage } from './rgb-image.ts';
import type { Rgb } from './sample.ts';

/** Gaussian blur; the edge pixels go on beyond the edge. `sigma` in pixels, 0 for none. */
export function blur(image: RgbImage, sigma: number): RgbImage {
  if (sigma <= 0) return image;
  const kernel = gaussian(sigma);
  const { width, height } = image;
  const half = new Float32Array(width * height * 3);
  convolve(image.data, half, kernel, width, height, 3, width * 3);
  const out = new Uint8ClampedArray(half.length);
  convolve(half, out, kernel, height, width, width * 3, 3);
  return { width, height, data: new Uint8Array(out.buffer) };
}

function gaussian(sigma: number): Float32Array {
  const radius = Math.ceil(2.5 * sigma);
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((total, weight) => total + weight);
  return kernel.map((weight) => weight / sum);
}

/** Along `length` places that lie `step` apart, for each of `lines` lines that lie `lineStep` apart. */
function convolve(
  from: Uint8Array | Float32Array,
  to: Float32Array | Uint8ClampedArray,
  kernel: Float32Array,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
): void {
  const radius = (kernel.length - 1) / 2;
  for (let line = 0; line < lines; line++)
    for (let i = 0; i < length; i++) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = -radius; k <= radius; k++) {
        const place = i + k < 0 ? 0 : i + k >= length ? length - 1 : i + k;
        const p = line * lineStep + place * step;
        const weight = kernel[k + radius];
        r += weight * from[p];
        g += weight * from[p + 1];
        b += weight * from[p + 2];
      }
      const p = line * lineStep + i * step;
      to[p] = r;
      to[p + 1] = g;
      to[p + 2] = b;
    }
}

/** The picture as it looks from `factor` times as far away, enlarged to its old size. */
export function lowerResolution(image: RgbImage, factor: number): RgbImage {
  if (factor <= 1) return image;
  const width = Math.max(1, Math.round(image.width / factor));
  const height = Math.max(1, Math.round(image.height / factor));
  return resizeArea(resizeArea(image, width, height), image.width, image.height);
}

/** Noise of a sensor in dim light. `sigma` is its standard deviation, in steps of 0–255. */
export function addNoise(image: RgbImage, sigma: number, random: Random): RgbImage {
  if (sigma <= 0) return image;
  const out = new Uint8ClampedArray(image.data.length);
  // One draw seeds a xorshift generator: a call of `random` a pixel would be the slowest part by far.
  let state = Math.floor(random() * 0xffffffff) | 0 || 1;
  for (let i = 0; i < out.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    // The four bytes as four uniform draws: their sum is near enough to a normal draw of deviation 147.8.
    const sum = (state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) + (state >>> 24);
    out[i] = image.data[i] + ((sum - 510) / 147.8) * sigma;
  }
  return { width: image.width, height: image.height, data: new Uint8Array(out.buffer) };
}

/** Covers a box, as far as it lies inside the picture, with one colour. */
export function cutout(image: RgbImage, [x, y, width, height]: Box, colour: Rgb): RgbImage {
  const data = image.data.slice();
  const left = clamp(Math.round(x), 0, image.width);
  const right = clamp(Math.round(x + width), left, image.width);
  const bottom = Math.min(Math.round(y + height), image.height);
  for (let row = Math.max(0, Math.round(y)); row < bottom; row++)
    for (let i = (row * image.width + left) * 3; i < (row * image.width + right) * 3; i += 3)
      data.set(colour, i);
  return { width: image.width, height: image.height, data };
}
