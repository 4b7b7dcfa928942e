// Looking at a picture through any affine map: upright crops around mouths, augmentation.
import { type Affine, clamp, compose, mapBox, scaling, translation } from './affine.ts';
import { resizeInto } from './resize.ts';
import type { Box, RgbImage } from './rgb-image.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** What lies outside the picture: one colour, or the nearest pixel of its edge. */
export type Outside = Rgb | 'nearest';

/**
 * Draws `width` × `height` pixels, each taken from where `toPicture` sends it.
 *
 * Enlarging is bilinear. When shrinking, the part of the picture that is looked at is first reduced by area
 * averages over the nearest whole number of pixels; where much is left to shrink, along one axis of a map that
 * is no similarity, several bilinear samples are averaged. So fine edges turn grey instead of jagged.
 */
export function sampleAffine(
  image: RgbImage,
  toPicture: Affine,
  width: number,
  height: number,
  outside: Outside = [0, 0, 0],
): RgbImage {
  const drawn = { width, height, data: new Uint8Array(width * height * 3) };
  const block = Math.round(smallestStretch(toPicture));
  if (block < 2) {
    drawSamples(image, toPicture, outside, drawn);
    return drawn;
  }
  const region = lookedAt(image, mapBox(toPicture, [0, 0, width, height]), block);
  const reduced = reduce(image, region, block);
  const toReduced = compose(
    scaling(reduced.width / region[2], reduced.height / region[3]),
    translation(-region[0], -region[1]),
    toPicture,
  );
  drawSamples(reduced, toReduced, outside, drawn);
  return drawn;
}

/** The smaller singular value: how many picture pixels one pixel drawn covers along its shorter axis. */
function smallestStretch([a, b, , d, e]: Affine): number {
  const sum = a * a + b * b + d * d + e * e;
  const determinant = a * e - b * d;
  const gap = Math.sqrt(Math.max(0, sum * sum - 4 * determinant * determinant));
  return Math.sqrt(Math.max(0, (sum - gap) / 2));
}

/** The whole pixels under a box and a margin for the bilinear step, within the picture. */
function lookedAt({ width, height }: RgbImage, [x, y, w, h]: Box, block: number): Box {
  const margin = Math.ceil(2 * block);
  const left = clamp(Math.floor(x) - margin, 0, width - 1);
  const top = clamp(Math.floor(y) - margin, 0, height - 1);
  const right = clamp(Math.ceil(x + w) + margin, left + 1, width);
  const bottom = clamp(Math.ceil(y + h) + margin, top + 1, height);
  return [left, top, right - left, bottom - top];
}

function reduce(image: RgbImage, region: Box, block: number): RgbImage {
  const width = Math.max(1, Math.round(region[2] / block));
  const height = Math.max(1, Math.round(region[3] / block));
  const reduced = { width, height, data: new Uint8Array(width * height * 3) };
  resizeInto(image, region, { left: 0, top: 0, width, height }, reduced);
  return reduced;
}

/** Along one axis, for a pixel drawn that covers so many. Up to 1.3 a single one shows no jagged edges yet. */
function samplesFor(pixels: number): number {
  return Math.max(1, Math.ceil(pixels - 0.3));
}

/** Averages bilinear samples: one a pixel, more along an axis that is still shrunk by much. */
function drawSamples(image: RgbImage, map: Affine, outside: Outside, drawn: RgbImage): void {
  const [across, down] = [samplesFor(Math.hypot(map[0], map[3])), samplesFor(Math.hypot(map[1], map[4]))];
  if (across * down === 1) drawOneSample(image, map, outside, drawn);
  else drawManySamples(image, map, outside, drawn, across, down);
}

/** Nearly every crop: no inner loops, and coordinates are cut off as integers, which inside the picture is a floor. */
function drawOneSample(
  image: RgbImage,
  [a, b, c, d, e, f]: Affine,
  outside: Outside,
  { width, height, data: out }: RgbImage,
): void {
  const { width: w, height: h, data } = image;
  const [right, bottom] = [w - 1, h - 1];
  const stride = 3 * w;
  const edge = new Float64Array(3);
  let o = 0;
  for (let y = 0; y < height; y++) {
    const rowX = b * (y + 0.5) + c - 0.5;
    const rowY = e * (y + 0.5) + f - 0.5;
    for (let x = 0; x < width; x++, o += 3) {
      const px = rowX + a * (x + 0.5);
      const py = rowY + d * (x + 0.5);
      if (px >= 0 && py >= 0 && px < right && py < bottom) {
        const x0 = px | 0;
        const y0 = py | 0;
        const fx = px - x0;
        const w10 = (1 - fx) * (py - y0);
        const w11 = fx * (py - y0);
        const w01 = fx - w11;
        const w00 = 1 - fx - w10;
        const p = y0 * stride + 3 * x0;
        const q = p + stride;
        out[o] = w00 * data[p] + w01 * data[p + 3] + w10 * data[q] + w11 * data[q + 3] + 0.5;
        out[o + 1] = w00 * data[p + 1] + w01 * data[p + 4] + w10 * data[q + 1] + w11 * data[q + 4] + 0.5;
        out[o + 2] = w00 * data[p + 2] + w01 * data[p + 5] + w10 * data[q + 2] + w11 * data[q + 5] + 0.5;
      } else {
        const x0 = Math.floor(px);
        const y0 = Math.floor(py);
        sampleAtEdge(image, x0, y0, px - x0, py - y0, outside, edge);
        out[o] = edge[0] + 0.5;
        out[o + 1] = edge[1] + 0.5;
        out[o + 2] = edge[2] + 0.5;
      }
    }
  }
}

function drawManySamples(
  image: RgbImage,
  [a, b, c, d, e, f]: Affine,
  outside: Outside,
  { width, height, data: out }: RgbImage,
  across: number,
  down: number,
): void {
  const { width: w, height: h, data } = image;
  const share = 1 / (across * down);
  const edge = new Float64Array(3);
  let o = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < down; j++)
        for (let i = 0; i < across; i++) {
          const u = x + (i + 0.5) / across;
          const v = y + (j + 0.5) / down;
          const px = a * u + b * v + c - 0.5;
          const py = d * u + e * v + f - 0.5;
          const x0 = Math.floor(px);
          const y0 = Math.floor(py);
          const fx = px - x0;
          const fy = py - y0;
          if (x0 >= 0 && y0 >= 0 && x0 < w - 1 && y0 < h - 1) {
            const p = (y0 * w + x0) * 3;
            const q = p + w * 3;
            const w11 = fx * fy;
            const w10 = fy - w11;
            const w01 = fx - w11;
            const w00 = 1 - fx - w10;
            red += w00 * data[p] + w01 * data[p + 3] + w10 * data[q] + w11 * data[q + 3];
            green += w00 * data[p + 1] + w01 * data[p + 4] + w10 * data[q + 1] + w11 * data[q + 4];
            blue += w00 * data[p + 2] + w01 * data[p + 5] + w10 * data[q + 2] + w11 * data[q + 5];
          } else {
            sampleAtEdge(image, x0, y0, fx, fy, outside, edge);
            red += edge[0];
            green += edge[1];
            blue += edge[2];
          }
        }
      out[o] = red * share + 0.5;
      out[o + 1] = green * share + 0.5;
      out[o + 2] = blue * share + 0.5;
      o += 3;
    }
}

/** A bilinear sample of which at least one pixel may lie outside. */
function sampleAtEdge(
  { width, height, data }: RgbImage,
  x0: number,
  y0: number,
  fx: number,
  fy: number,
  outside: Outside,
  sample: Float64Array,
): void {
  sample.fill(0);
  for (let corner = 0; corner < 4; corner++) {
    const x = x0 + (corner & 1);
    const y = y0 + (corner >> 1);
    const weight = (corner & 1 ? fx : 1 - fx) * (corner >> 1 ? fy : 1 - fy);
    const inside = x >= 0 && y >= 0 && x < width && y < height;
    const p = (clamp(y, 0, height - 1) * width + clamp(x, 0, width - 1)) * 3;
    for (let channel = 0; channel < 3; channel++) {
      const value = inside || outside === 'nearest' ? data[p + channel] : outside[channel];
      sample[channel] = sample[channel] + weight * value;
    }
  }
}
