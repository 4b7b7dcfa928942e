import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJpeg, encodePng } from '../decode/index.ts';
import { createImage } from '../vision/rgb-image.ts';
import { readJpegHeader } from './jpeg-header.ts';

const image = createImage(24, 16, [200, 120, 40]);

describe('readJpegHeader', () => {
  it('reads the quantisation table that the standard prints', async () => {
    // At quality 50 libjpeg writes table K.1 of ITU T.81 as it stands; its 64 values sum to 3,688.
    const header = readJpegHeader(await encodeJpeg(image, 50));
    expect(header).toEqual({ quantisation: 3688 / 64, progressive: false, subsampled: false, exif: false });
    expect(readJpegHeader(await encodeJpeg(image, 100))?.quantisation).toBe(1);
  });

  it('says nothing of other files, and bears any bytes', async () => {
    expect(readJpegHeader(await encodePng(image))).toBeUndefined();
    const jpeg = await encodeJpeg(image, 80);
    fc.assert(
      fc.property(fc.nat(jpeg.length), fc.nat(jpeg.length - 1), fc.nat(255), (length, at, value) => {
        const damaged = jpeg.with(at, value).subarray(0, length);
        expect(() => readJpegHeader(damaged)).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => readJpegHeader(Uint8Array.of(0xff, 0xd8, ...bytes)) !== null),
    );
  });
});
