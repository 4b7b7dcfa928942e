// One picture read once: its identity, and every simple number that might give its label away.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PictureFormat } from '../contract/limits.ts';
import { FINGERPRINT_SIDE, type FileIdentity, fingerprint, type Sample } from '../dataset/index.ts';
import { decode } from '../decode/index.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { background, border, brightness, colour, contrast, type Numbers } from './look.ts';
import { backgroundMask, type MouthRegions } from './mask.ts';

export interface Observation {
  readonly identity: FileIdentity;
  /** Bytes of the file. */
  readonly bytes: number;
  /** What could be read of the picture; null for a broken file. */
  readonly picture: PictureNumbers | null;
}

export interface PictureNumbers {
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  /** Numbers by family; a family is null where the picture gives nothing to measure, as without known mouths. */
  readonly families: Readonly<Record<LookFamily, Numbers | null>>;
}

/** What can be measured of one picture alone, see families.ts for what each means. */
export type LookFamily =
  | 'brightness'
  | 'contrast'
  | 'colour'
  | 'size'
  | 'aspect'
  | 'file'
  | 'border'
  | 'background'
  | 'framing';

/** Reads a file. Never throws: one that cannot be opened is as broken as one that cannot be decoded. */
export async function observe(sample: Sample, regions: MouthRegions | undefined): Promise<Observation> {
  let [sha256, size]: [string | null, number] = [null, 0];
  try {
    const bytes = await readFile(sample.path);
    sha256 = createHash('sha256').update(bytes).digest('hex');
    size = bytes.length;
    const { image, width, height, format } = await decode(bytes, { maxSide: FINGERPRINT_SIDE });
    const identity = { sample, sha256, print: fingerprint(image), error: undefined };
    const families = { ...lookFamilies(image, regions), ...fileFamilies(bytes, { width, height, format }) };
    return { identity, bytes: size, picture: { width, height, format, families } };
  } catch (error) {
    return { identity: { sample, sha256, print: undefined, error }, bytes: size, picture: null };
  }
}

function lookFamilies(image: RgbImage, regions: MouthRegions | undefined) {
  return {
    brightness: brightness(image),
    contrast: contrast(image),
    colour: colour(image),
    border: border(image),
    background: regions ? background(image, backgroundMask(image, regions)) : null,
    framing: regions ? framing(regions, image.width / image.height) : null,
  };
}

/** Where the largest mouth lies, how large it is beside the longest side, which way it points. */
function framing({ mouths }: MouthRegions, aspect: number): Numbers | null {
  const [largest] = mouths.toSorted((one, other) => other.d - one.d);
  if (!largest) return null;
  const radians = (largest.angle * Math.PI) / 180;
  return {
    x: largest.cx,
    y: largest.cy,
    size: Math.log2(largest.d * Math.min(1, aspect)),
    sideways: Math.sin(radians),
    upright: Math.cos(radians),
    mouths: mouths.length,
  };
}

type FileFacts = { readonly width: number; readonly height: number; readonly format: PictureFormat };

function fileFamilies(bytes: Uint8Array, { width, height, format }: FileFacts) {
  const header = readJpegHeader(bytes);
  return {
    size: { width, height, pixels: Math.log2(width * height), longest: Math.max(width, height) },
    aspect: { aspect: Math.log2(width / height) },
    file: {
      jpeg: Number(format === 'jpeg'),
      png: Number(format === 'png'),
      webp: Number(format === 'webp'),
      density: Math.log2(bytes.length / (width * height)),
      quantisation: header?.quantisation ?? 0,
      progressive: Number(header?.progressive ?? false),
      subsampled: Number(header?.subsampled ?? false),
      exif: Number(header?.exif ?? false),
    },
  };
}
