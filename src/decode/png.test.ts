import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createImage } from '../vision/rgb-image.ts';
import { DecodeError, decode, encodePng } from './index.ts';
import { checkedPng, pngChunks } from './png.ts';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

/** 8 × 8 black pixels, with what else is wanted between header and pixels. */
function png(between: readonly Uint8Array[] = [], pixels = deflateSync(Buffer.alloc(8 * 25))): Buffer {
  const header = Buffer.concat([uint32(8), uint32(8), Buffer.from([8, 2, 0, 0, 0])]);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), ...between, chunk('IDAT', pixels), chunk('IEND')]);
}

const types = (bytes: Uint8Array) => [...pngChunks(bytes)].map(({ type }) => type);

async function refusal(bytes: Uint8Array): Promise<unknown> {
  return decode(bytes).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the chunks of a PNG', () => {
  it('are those that libpng wrote, end to end', async () => {
    const exif = { IFD0: { Copyright: 'x' } };
    const written = await sharp({ create: { width: 9, height: 7, channels: 4, background: '#f008' } })
      .withExif(exif)
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const chunks = [...pngChunks(written)];
    expect(chunks[0]?.start).toBe(8);
    expect(chunks.at(-1)).toMatchObject({ type: 'IEND', end: written.length });
    for (const { type, data, end } of chunks) {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
      expect(crc32(body)).toBe(written.readUInt32BE(end - 4));
    }
    expect(types(written)).toEqual(expect.arrayContaining(['IHDR', 'iCCP', 'eXIf', 'IDAT', 'IEND']));
  });

  it('end where the file is cut off, wherever that is', () => {
    const whole = png([chunk('tEXt', Buffer.from('a\0b'))]);
    for (let length = 0; length <= whole.length; length += 1) {
      const cut = types(whole.subarray(0, length));
      expect(types(whole).slice(0, cut.length)).toEqual(cut);
    }
  });

  it('may be anything: what they say is refused or decoded', async () => {
    const anyChunk = fc
      .tuple(fc.constantFrom('tEXt', 'acTL', 'IDAT', 'IHDR', 'PLTE', 'iCCP', 'eXIf', 'abcd'), fc.uint8Array())
      .map(([type, data]) => chunk(type, data));
    await fc.assert(
      fc.asyncProperty(fc.array(anyChunk, { maxLength: 5 }), async (between) => {
        const error = await refusal(png(between));
        if (error !== undefined) expect(error).toBeInstanceOf(DecodeError);
      }),
      { numRuns: 60 },
    );
  });
});

describe('before a decoder sees it', () => {
  it('a PNG loses its texts, packed or not, and no pixel', async () => {
    const image = createImage(20, 10, [12, 34, 56]);
    const plain = Buffer.from(await encodePng(image));
    const bomb = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(50_000_000))]);
    const header = plain.subarray(0, 33);
    const text = chunk('tEXt', Buffer.from('GPS\0-27.59,-48.54'));
    const heavy = Buffer.concat([
      header,
      text,
      chunk('zTXt', bomb),
      plain.subarray(33, -12),
      text,
      chunk('IEND'),
    ]);
    expect(Buffer.from(checkedPng(heavy)).equals(plain)).toBe(true);
    expect((await decode(heavy)).image).toEqual(image);
    expect(checkedPng(plain)).toBe(plain);
  });

  it('what follows its end stays there and does no harm', async () => {
    const polyglot = Buffer.concat([png(), Buffer.from('PK\x03\x04<script>alert(1)</script>')]);
    expect(await decode(polyglot)).toMatchObject({ width: 8, height: 8, format: 'png' });
  });

  it.each([
    ['an animation', png([chunk('acTL', Buffer.concat([uint32(3), uint32(0)]))]), 'ANIMATED_PICTURE'],
    [
      'more packed pixels than it could need',
      png([], deflateSync(Buffer.alloc(8_000_000))),
      'BROKEN_PICTURE',
    ],
    [
      'more chunks than a picture has',
      png(Array.from({ length: 50_001 }, () => chunk('tEXt', Buffer.from('a\0b')))),
      'BROKEN_PICTURE',
    ],
  ])('%s is refused', async (_name, bytes, code) => {
    expect(await refusal(bytes)).toMatchObject({ code });
  });

  it('an animation of one frame is a picture', async () => {
    const bytes = png([chunk('acTL', Buffer.concat([uint32(1), uint32(0)]))]);
    expect(await decode(bytes)).toMatchObject({ width: 8 });
  });

  it('noise, which takes the most room there is, passes in every depth and interlaced', async () => {
    const noise = createImage(61, 47);
    for (let i = 0; i < noise.data.length; i += 1) noise.data[i] = (i * 2654435761) >>> 24;
    const source = sharp(noise.data, { raw: { width: 61, height: 47, channels: 3 } });
    for (const compressionLevel of [0, 9]) {
      for (const progressive of [false, true]) {
        const options = { compressionLevel, progressive };
        const deep = await source.clone().toColourspace('rgb16').ensureAlpha(0.5).png(options).toBuffer();
        for (const bytes of [await source.clone().png(options).toBuffer(), deep]) {
          expect(await decode(bytes)).toMatchObject({ width: 61, height: 47 });
        }
      }
    }
  });
});

it('a JPEG of endless scans is given up', async () => {
  const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#765' } })
    .jpeg({ progressive: true })
    .toBuffer();
  const lastScan = whole.subarray(whole.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
  const scans = Array.from({ length: 2_000 }, () => lastScan);
  const bytes = Buffer.concat([whole.subarray(0, -2), ...scans, whole.subarray(-2)]);
  expect(await refusal(bytes)).toMatchObject({ code: 'BROKEN_PICTURE' });
});
