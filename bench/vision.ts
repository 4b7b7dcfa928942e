// How long the pixel work of one prediction takes. Run with `node bench/vision.ts`.
import { decode, encodeJpeg } from '../src/decode/index.ts';
import { cropToPicture } from '../src/vision/affine.ts';
import { changeColour, drawColourChange } from '../src/vision/colour.ts';
import { blur } from '../src/vision/degrade.ts';
import { jpegArtefacts } from '../src/vision/jpeg-artefacts.ts';
import { letterbox } from '../src/vision/letterbox.ts';
import { resizeArea } from '../src/vision/resize.ts';
import type { RgbImage } from '../src/vision/rgb-image.ts';
import { sampleAffine } from '../src/vision/sample.ts';
import { augmentLikeSeed } from '../src/vision/seed-augmentation.ts';
import { writeTensor } from '../src/vision/to-tensor.ts';

const WARM_UP = 30;
const ROUNDS = 200;

/** Prints the median, which one pause of a busy machine does not move. */
async function time(name: string, work: () => unknown): Promise<void> {
  for (let i = 0; i < WARM_UP; i++) await work();
  const times = [];
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  console.log(`${name.padEnd(46)} ${(times[ROUNDS / 2] ?? Number.NaN).toFixed(2)} ms`);
}

function scene(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = 128 + 100 * Math.sin(i / 91) + ((i * 2654435761) >>> 29);
  return { width, height, data };
}

const photo = scene(640, 480);
const crop = resizeArea(photo, 128, 128);
const [small, large] = [await encodeJpeg(photo), await encodeJpeg(scene(4000, 3000))];
const tensor = new Float32Array(3 * 224 * 224);
const input = letterbox(photo, 224, [114, 114, 114]).image;

await time('decode a 640 × 480 JPEG', () => decode(small));
await time('decode a 12-megapixel JPEG to 1280', () => decode(large, { maxSide: 1280 }));
for (const size of [224, 320, 448])
  await time(`letterbox 640 × 480 into ${size}`, () => letterbox(photo, size, [114, 114, 114]));
for (const side of [64, 128, 200, 300, 400])
  await time(`crop of side ${side}, turned, to 128`, () =>
    sampleAffine(photo, cropToPicture({ x: 320, y: 240, side, angle: 33 }, 128), 128, 128),
  );
await time('tensor of 224 × 224', () => writeTensor(input, { mean: 127.5, scale: 127.5 }, tensor));
await time('seed augmentation of 224 × 224', () => augmentLikeSeed(input, () => 0.3));
await time('colour change of a 128 crop', () =>
  changeColour(
    crop,
    drawColourChange(() => 0.3),
  ),
);
await time('blur of a 128 crop, sigma 1', () => blur(crop, 1));
await time('JPEG artefacts on a 128 crop', () => jpegArtefacts(crop, 50));
