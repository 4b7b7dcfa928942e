// Pictures of the sizes that a server meets, made from a rendered one that lies in the model's golden file: the same
// on every machine, and none of them a photograph of anybody's.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Value } from 'typebox/value';
import { decode } from '../../src/decode/index.ts';
import { sharp } from '../../src/decode/sharp.ts';
import { Golden } from '../../src/model/golden.ts';
import { createRandom } from '../../src/nn/random.ts';
import type { RgbImage } from '../../src/vision/rgb-image.ts';
import { sampleAffine } from '../../src/vision/sample.ts';

const MODEL = resolve(import.meta.dirname, '../../models/default');

export interface BenchPicture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A small photograph of about 100 KB and a frame from a phone of about 600 KB. */
export async function benchPictures(): Promise<[small: BenchPicture, frame: BenchPicture]> {
  const rendered = await goldenPicture();
  return [
    { name: '540 × 960, 100 KB', bytes: await sized(rendered, 540, 960, 100_000) },
    { name: '1080 × 1920, 600 KB', bytes: await sized(rendered, 1080, 1920, 600_000) },
  ];
}

/** The same picture as a file that no cache has seen: JPEG allows a comment anywhere before the image. */
export function uniqueCopy(jpeg: Uint8Array, number: number): Uint8Array {
  const text = Buffer.from(String(number));
  const comment = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), comment, text, jpeg.subarray(2)]);
}

async function goldenPicture(): Promise<RgbImage> {
  const text = await readFile(join(MODEL, 'golden.json'), 'utf8');
  const [first] = Value.Parse(Golden, JSON.parse(text)).pictures;
  if (!first) throw new Error('The golden file holds no picture');
  return (await decode(Buffer.from(first.base64, 'base64'))).image;
}

/** Covers the wanted size, and has as much grain as makes the file as large as wanted. */
async function sized(image: RgbImage, width: number, height: number, bytes: number): Promise<Uint8Array> {
  const scale = Math.min(image.width / width, image.height / height);
  const [left, top] = [(image.width - width * scale) / 2, (image.height - height * scale) / 2];
  const large = sampleAffine(image, [scale, 0, left, 0, scale, top], width, height, 'nearest');
  let [low, high] = [0, 60];
  let file = await jpegOf(large);
  for (let step = 0; step < 8; step += 1) {
    const grain = (low + high) / 2;
    file = await jpegOf(withGrain(large, grain));
    if (file.length < bytes) low = grain;
    else high = grain;
  }
  return file;
}

/** As phones write it, with colour at half the resolution. */
function jpegOf({ width, height, data }: RgbImage): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

function withGrain({ width, height, data }: RgbImage, strength: number): RgbImage {
  const random = createRandom(1);
  return { width, height, data: data.map((value) => clamp(value + strength * (random() - 0.5))) };
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
