// The blocks and ringing that JPEG leaves, without writing a JPEG: what a messenger makes of a photograph.
import type { RgbImage } from './rgb-image.ts';

// Annex K.1 of ITU-T T.81, luminance and chrominance, in reading order.
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/**
 * What is left after JPEG at `quality` 1–100 (the scale of libjpeg, colour at full resolution): YCbCr, 8 × 8
 * cosine transform, rounding to multiples of the quantisation table, and back.
 */
export function jpegArtefacts(image: RgbImage, quality: number): RgbImage {
  const tables = [scaleTable(LUMA, quality), scaleTable(CHROMA, quality), scaleTable(CHROMA, quality)];
  const out = new Uint8ClampedArray(image.data.length);
  const planes = tables.map(() => new Float32Array(64));
  for (let top = 0; top < image.height; top += 8)
    for (let left = 0; left < image.width; left += 8) {
      readBlock(image, left, top, planes);
      planes.forEach((plane, i) => {
        quantise(plane, tables[i] as Float32Array);
      });
      writeBlock(planes, image, left, top, out);
    }
  return { width: image.width, height: image.height, data: new Uint8Array(out.buffer) };
}

function scaleTable(table: readonly number[], quality: number): Float32Array {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Float32Array.from(table, (step) =>
    Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))),
  );
}

/** Luma and both colour differences, all about 0; past the edge the edge goes on. */
function readBlock(image: RgbImage, left: number, top: number, planes: readonly Float32Array[]): void {
  const [luma, blueness, redness] = planes as [Float32Array, Float32Array, Float32Array];
  for (let i = 0; i < 64; i++) {
    const x = Math.min(left + (i & 7), image.width - 1);
    const y = Math.min(top + (i >> 3), image.height - 1);
    const p = (y * image.width + x) * 3;
    const r = image.data[p];
    const g = image.data[p + 1];
    const b = image.data[p + 2];
    luma[i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b) - 128;
    blueness[i] = Math.round(-0.168736 * r - 0.331264 * g + 0.5 * b);
    redness[i] = Math.round(0.5 * r - 0.418688 * g - 0.081312 * b);
  }
}

function writeBlock(
  planes: readonly Float32Array[],
  { width, height }: RgbImage,
  left: number,
  top: number,
  out: Uint8ClampedArray,
): void {
  const [luma, blueness, redness] = planes as [Float32Array, Float32Array, Float32Array];
  for (let i = 0; i < 64; i++) {
    const x = left + (i & 7);
    const y = top + (i >> 3);
    if (x >= width || y >= height) continue;
    const p = (y * width + x) * 3;
    const l = luma[i] + 128;
    const cb = blueness[i];
    const cr = redness[i];
    out[p] = l + 1.402 * cr;
    out[p + 1] = l - 0.344136 * cb - 0.714136 * cr;
    out[p + 2] = l + 1.772 * cb;
  }
}

/** The orthonormal cosine basis: row u, column x. */
const BASIS = Float32Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});
const TRANSPOSED = BASIS.map((_, i) => BASIS[(i & 7) * 8 + (i >> 3)]);

const scratch = new Float32Array(64);

function quantise(block: Float32Array, table: Float32Array): void {
  multiply(BASIS, block, scratch);
  multiply(scratch, TRANSPOSED, block);
  for (let i = 0; i < 64; i++) {
    const step = table[i];
    block[i] = Math.round(block[i] / step) * step;
  }
  multiply(TRANSPOSED, block, scratch);
  multiply(scratch, BASIS, block);
}

/** 8 × 8 matrices. */
function multiply(left: Float32Array, right: Float32Array, out: Float32Array): void {
  for (let row = 0; row < 64; row += 8)
    for (let column = 0; column < 8; column++) {
      let sum = 0;
      for (let k = 0; k < 8; k++) sum += left[row + k] * right[k * 8 + column];
      out[row + column] = sum;
    }
}
