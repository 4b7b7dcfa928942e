import { describe, expect, it } from 'vitest';
import { LIMITS, PICTURE_FORMATS, type PictureFormat } from '../contract/limits.ts';
import { decode } from './decode.ts';
import { sharp } from './sharp.ts';
import { withoutMetadata } from './without-metadata.ts';

// sharp writes the metadata and reads what is left of them; the decoder says whether the picture is the same.

const SECRET = 'Rua das Laranjeiras 7';

async function photograph(format: PictureFormat, orientation: number, more: object = {}): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * i * 7 + i) % 256));
  const image = sharp(pixels, { raw: { width: 24, height: 16, channels: 3 } })
    .withExif({
      IFD0: { Copyright: SECRET, Make: 'A phone' },
      IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '22/1 56/1 0/1', GPSProcessingMethod: SECRET },
    })
    .withMetadata({ orientation })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${SECRET}</x:xmpmeta>`)
    .withIccProfile('p3', { attach: true });
  return image.toFormat(format, more).toBuffer();
}

describe.each(PICTURE_FORMATS)('%s', (format) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is the same picture, turned as before (%i), and says nothing else',
    async (n) => {
      const file = await photograph(format, n);
      expect(file.includes(SECRET)).toBe(true);
      const kept = Buffer.from(withoutMetadata(file, format));
      const [before, after] = [await decode(file), await decode(kept)];
      expect(after).toEqual({ ...before, bytes: kept.length });
      const header = await sharp(kept).metadata();
      expect(kept.includes(SECRET)).toBe(false);
      expect(kept.includes('phone')).toBe(false);
      expect([header.xmp, header.xmpAsString, header.iptc]).toEqual([undefined, undefined, undefined]);
      expect(header.orientation ?? 1).toBe((await sharp(file).metadata()).orientation ?? 1);
      expect(header.exif?.length ?? 0).toBeLessThan(50);
      // The profile says what the colours mean.
      expect(header.icc).toEqual((await sharp(file).metadata()).icc);
    },
  );

  it('ends where the picture ends', async () => {
    const file = await photograph(format, 1);
    const kept = withoutMetadata(Buffer.concat([file, Buffer.from(`PK\x03\x04${SECRET}`)]), format);
    expect(kept).toEqual(withoutMetadata(file, format));
  });

  it('of what is cut off anywhere is either no file or a part of the picture', async () => {
    const file = await photograph(format, 6);
    const whole = withoutMetadata(file, format);
    for (let length = 0; length < file.length; length += 1) {
      try {
        expect(withoutMetadata(file.subarray(0, length), format).length).toBeLessThanOrEqual(whole.length);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BROKEN_PICTURE' });
      }
    }
  });
});

it.each([
  ['progressive JPEG', 'jpeg', { progressive: true, optimiseScans: true }],
  ['JPEG with comments between its scans', 'jpeg', { progressive: true }],
  ['interlaced PNG with a palette', 'png', { progressive: true, palette: true }],
  ['lossless WebP', 'webp', { lossless: true }],
] as const)('%s', async (name, format, more) => {
  let file = await photograph(format, 3, more);
  if (name.includes('comments')) {
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, SECRET.length + 2]), Buffer.from(SECRET)]);
    const lastScan = file.lastIndexOf(Buffer.from([0xff, 0xda]));
    file = Buffer.concat([file.subarray(0, lastScan), comment, file.subarray(lastScan)]);
  }
  const kept = Buffer.from(withoutMetadata(file, format));
  expect(kept.includes(SECRET)).toBe(false);
  expect((await decode(kept)).image).toEqual((await decode(file)).image);
});

it('a thumbnail goes with the rest', async () => {
  const picture = await photograph('jpeg', 1);
  // JFIF 1.02, annex B: version, units and densities, then the thumbnail's size and its pixels.
  const withJfif = (...thumbnail: number[]) => {
    const content = Buffer.from([...Buffer.from('JFIF\0'), 1, 2, 0, 0, 1, 0, 1, ...thumbnail]);
    const head = [0xff, 0xe0, 0, content.length + 2];
    return Buffer.concat([picture.subarray(0, 2), Buffer.from(head), content, picture.subarray(2)]);
  };
  const [plain, file] = [withJfif(0, 0), withJfif(1, 1, ...Buffer.from('RGB'))];
  const kept = Buffer.from(withoutMetadata(file, 'jpeg'));
  expect(kept).toEqual(Buffer.from(withoutMetadata(plain, 'jpeg')));
});

it('follows no file that is made of parts alone', () => {
  const hostile = Buffer.alloc(LIMITS.pictureBytes, Buffer.from([0xff, 0xda, 0, 2]));
  expect(() => withoutMetadata(hostile, 'jpeg')).toThrow('BROKEN_PICTURE');
  const empty = Buffer.alloc(LIMITS.pictureBytes, Buffer.from('VP8 \0\0\0\0'));
  empty.write('RIFF', 0);
  empty.writeUInt32LE(LIMITS.pictureBytes - 8, 4);
  expect(() => withoutMetadata(empty, 'webp')).toThrow('BROKEN_PICTURE');
});
