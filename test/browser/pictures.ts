// Pictures for the browser tests: plain colours, which the test classifier reads as verdicts.

import { createHash } from 'node:crypto';
import sharp from 'sharp';

export interface PictureFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const COLOURS = {
  open: '#e01010',
  closed: '#10e010',
  uncertain: '#606060',
  no_bottle: '#1010f0',
} as const;

export type Shown = keyof typeof COLOURS;

/** A JPEG that the test classifier judges as `verdict`; wider than high it holds several bottles. */
export async function pictureOf(
  verdict: Shown,
  { width = 300, height = 400, name = `${verdict}.jpg` } = {},
): Promise<PictureFile> {
  const plain = sharp({ create: { width, height, channels: 3, background: COLOURS[verdict] } });
  return { name, mimeType: 'image/jpeg', buffer: await plain.jpeg().toBuffer() };
}

/** A picture of a bottle stored on its side, as phones do: EXIF orientation 6, upright it is 200 × 400. */
export async function rotatedPicture(): Promise<PictureFile> {
  const mark = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#ff8000' } })
    .png()
    .toBuffer();
  const buffer = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#a00000' } })
    // The lower left quarter as stored is the upper left one upright.
    .composite([{ input: mark, left: 0, top: 100 }])
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toBuffer();
  return { name: 'rotated.jpg', mimeType: 'image/jpeg', buffer };
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
