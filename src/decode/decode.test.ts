import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createImage, type RgbImage } from '../vision/rgb-image.ts';
import { type DecodedPicture, DecodeError, type DecodeLimits, decode, encodePng } from './index.ts';

type Rgb = readonly [number, number, number];
const RED: Rgb = [200, 40, 30];
const GREEN: Rgb = [40, 160, 60];
const BLUE: Rgb = [30, 60, 180];
const GREY: Rgb = [120, 120, 120];

/** Four quadrants of different colours: any turn or flip of it looks different. */
function quadrants(width = 64, height = 48): RgbImage {
  const image = createImage(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const left = x < width / 2;
      const colour = y < height / 2 ? (left ? RED : GREEN) : left ? BLUE : GREY;
      image.data.set(colour, (y * width + x) * 3);
    }
  return image;
}

function toSharp(image: RgbImage) {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}

function pixel(image: RgbImage, x: number, y: number): number[] {
  const at = (y * image.width + x) * 3;
  return [...image.data.subarray(at, at + 3)];
}

function expectColour(actual: readonly number[], expected: Rgb, tolerance: number): void {
  const distance = Math.max(...expected.map((value, c) => Math.abs(value - (actual[c] ?? Number.NaN))));
  expect(distance, `${actual} is not ${expected}`).toBeLessThanOrEqual(tolerance);
}

/** The middles of the four quadrants are the colours that were drawn there. */
function expectQuadrants({ image }: DecodedPicture, tolerance: number): void {
  const [left, right] = [Math.floor(image.width / 4), Math.floor((image.width * 3) / 4)];
  const [top, bottom] = [Math.floor(image.height / 4), Math.floor((image.height * 3) / 4)];
  expectColour(pixel(image, left, top), RED, tolerance);
  expectColour(pixel(image, right, top), GREEN, tolerance);
  expectColour(pixel(image, left, bottom), BLUE, tolerance);
  expectColour(pixel(image, right, bottom), GREY, tolerance);
}

async function refusal(bytes: Uint8Array, limits?: DecodeLimits): Promise<DecodeError> {
  const error: unknown = await decode(bytes, { limits }).catch((reason: unknown) => reason);
  if (error instanceof DecodeError) return error;
  throw new Error('the picture was not refused', { cause: error });
}

describe('formats', () => {
  it.each([
    ['JPEG', () => toSharp(quadrants()).jpeg({ quality: 95 }), 4],
    ['progressive JPEG', () => toSharp(quadrants()).jpeg({ quality: 95, progressive: true }), 4],
    ['PNG', () => toSharp(quadrants()).png(), 0],
    ['interlaced PNG', () => toSharp(quadrants()).png({ progressive: true }), 0],
    ['palette PNG', () => toSharp(quadrants()).png({ palette: true }), 2],
    ['16-bit PNG', () => toSharp(quadrants()).toColourspace('rgb16').png(), 1],
    ['WebP', () => toSharp(quadrants()).webp({ quality: 95 }), 6],
    ['lossless WebP', () => toSharp(quadrants()).webp({ lossless: true }), 0],
    // Ink cannot show every colour of a screen: this blue comes back with 130 of its 180.
    ['CMYK JPEG without a profile', () => toSharp(quadrants()).toColourspace('cmyk').jpeg(), 55],
    ['CMYK JPEG with a profile', () => toSharp(quadrants()).withIccProfile('cmyk').jpeg({ quality: 95 }), 55],
    ['Display P3 PNG', () => toSharp(quadrants()).withIccProfile('p3').png(), 2],
    ['Display P3 JPEG', () => toSharp(quadrants()).withIccProfile('p3').jpeg({ quality: 95 }), 6],
  ] as const)('%s keeps its colours', async (_, encoded, tolerance) => {
    const bytes = await encoded().toBuffer();
    const picture = await decode(bytes);
    expect(picture).toMatchObject({ width: 64, height: 48, bytes: bytes.length });
    expect(picture.image).toMatchObject({ width: 64, height: 48 });
    expect(picture.image.data).toHaveLength(64 * 48 * 3);
    expectQuadrants(picture, tolerance);
  });

  it('really meets wide colours and ink in these files', async () => {
    const p3 = await toSharp(createImage(8, 8, [255, 0, 0]))
      .withIccProfile('p3')
      .png()
      .toBuffer();
    // sRGB red in Display P3, as CSS Color 4 gives it: color(display-p3 0.9175 0.2003 0.1386).
    const stored = await sharp(p3, { ignoreIcc: true }).raw().toBuffer();
    expectColour([...stored.subarray(0, 3)], [234, 51, 35], 2);
    expectColour(pixel((await decode(p3)).image, 4, 4), [255, 0, 0], 2);
    const bare = await toSharp(quadrants()).toColourspace('cmyk').jpeg().toBuffer();
    expect(await sharp(bare).metadata()).toMatchObject({ space: 'cmyk', channels: 4, hasProfile: false });
    const profiled = await toSharp(quadrants()).withIccProfile('cmyk').jpeg().toBuffer();
    expect(await sharp(profiled).metadata()).toMatchObject({ space: 'cmyk', hasProfile: true });
    const deep = await toSharp(quadrants()).toColourspace('rgb16').png().toBuffer();
    expect(await sharp(deep).metadata()).toMatchObject({ depth: 'ushort' });
  });

  it('reads grey of 8 and 16 bits, with and without alpha', async () => {
    const ramp = createImage(16, 16, [90, 90, 90]);
    const grey = await toSharp(ramp).toColourspace('b-w').png().toBuffer();
    const grey16 = await toSharp(ramp).toColourspace('grey16').png().toBuffer();
    const greyJpeg = await toSharp(ramp).toColourspace('b-w').jpeg().toBuffer();
    const greyAlpha = await toSharp(ramp).toColourspace('b-w').ensureAlpha(0).png().toBuffer();
    for (const bytes of [grey, grey16, greyJpeg])
      expectColour(pixel((await decode(bytes)).image, 8, 8), [90, 90, 90], 1);
    expect((await sharp(greyAlpha).metadata()).channels).toBe(2);
    expect(pixel((await decode(greyAlpha)).image, 8, 8)).toEqual([255, 255, 255]);
  });

  it.each([
    ['png', 0, [255, 255, 255], 0],
    ['png', 0.5, [228, 148, 143], 2],
    ['webp', 0.5, [228, 148, 143], 4],
    ['png', 1, [200, 40, 30], 0],
  ] as const)('lays %s of opacity %d on white', async (format, opacity, expected, tolerance) => {
    const rgba = sharp({
      create: {
        width: 8,
        height: 8,
        channels: 4,
        background: { r: RED[0], g: RED[1], b: RED[2], alpha: opacity },
      },
    });
    const { image } = await decode(await rgba.toFormat(format).toBuffer(), { maxSide: 4 });
    expectColour(pixel(image, 2, 2), expected, tolerance);
  });
});

/** EXIF 2.3, table 4: which sides of the seen picture the stored rows and columns start from. */
const ORIENTATIONS = [
  [1, 'top', 'left'],
  [2, 'top', 'right'],
  [3, 'bottom', 'right'],
  [4, 'bottom', 'left'],
  [5, 'left', 'top'],
  [6, 'right', 'top'],
  [7, 'right', 'bottom'],
  [8, 'left', 'bottom'],
] as const;
type Side = (typeof ORIENTATIONS)[number][1 | 2];

/** Stores a seen picture so that a viewer has to follow the tag to show it again. */
function storeTurned(seen: RgbImage, rows: Side, columns: Side): RgbImage {
  const turned = rows === 'left' || rows === 'right';
  const stored = createImage(turned ? seen.height : seen.width, turned ? seen.width : seen.height);
  const place = (side: Side, i: number, at: { x: number; y: number }) => {
    if (side === 'left') at.x = i;
    else if (side === 'right') at.x = seen.width - 1 - i;
    else if (side === 'top') at.y = i;
    else at.y = seen.height - 1 - i;
  };
  for (let row = 0; row < stored.height; row++)
    for (let column = 0; column < stored.width; column++) {
      const at = { x: 0, y: 0 };
      place(rows, row, at);
      place(columns, column, at);
      stored.data.set(pixel(seen, at.x, at.y), (row * stored.width + column) * 3);
    }
  return stored;
}

describe('orientation', () => {
  it.each(ORIENTATIONS)('follows EXIF tag %d', async (orientation, rows, columns) => {
    const stored = storeTurned(quadrants(), rows, columns);
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const bytes = await toSharp(stored).withMetadata({ orientation }).toFormat(format).toBuffer();
      const full = await decode(bytes);
      expect(full).toMatchObject({ width: 64, height: 48, image: { width: 64, height: 48 } });
      expectQuadrants(full, format === 'png' ? 0 : 25);
      const small = await decode(bytes, { maxSide: 16 });
      expect(small).toMatchObject({ width: 64, height: 48, image: { width: 16, height: 12 } });
      expectQuadrants(small, format === 'png' ? 2 : 25);
    }
  });
});

describe('size', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('reduces %s to the longest side asked for', async (format) => {
    const bytes = await toSharp(quadrants(1200, 901)).toFormat(format).toBuffer();
    for (const maxSide of [1200, 640, 150, 97]) {
      const picture = await decode(bytes, { maxSide });
      expect(picture).toMatchObject({ width: 1200, height: 901, format });
      expect(picture.image.width).toBe(maxSide);
      expect(Math.abs(picture.image.height - (maxSide * 901) / 1200)).toBeLessThanOrEqual(0.5);
      expectQuadrants(picture, 5);
    }
  });

  it('never enlarges', async () => {
    const picture = await decode(await encodePng(quadrants(20, 10)), { maxSide: 500 });
    expect(picture.image).toMatchObject({ width: 20, height: 10 });
  });

  it('gives the same pixels every time', async () => {
    const bytes = await toSharp(quadrants(900, 700)).jpeg().toBuffer();
    const [first, ...others] = await Promise.all(
      Array.from({ length: 6 }, () => decode(bytes, { maxSide: 224 })),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  it('reads bytes that lie inside a larger buffer', async () => {
    const bytes = await encodePng(quadrants(33, 17));
    const larger = new Uint8Array(bytes.length + 20).fill(7);
    larger.set(bytes, 11);
    const view = larger.subarray(11, 11 + bytes.length);
    expect((await decode(view)).image).toEqual(quadrants(33, 17));
  });

  it('returns what the PNG encoder was given', async () => {
    const image = quadrants(33, 17);
    expect((await decode(await encodePng(image))).image).toEqual(image);
  });
});

/** A PNG whose header claims a size and whose pixels are a few bytes of nothing. */
function pngClaiming(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('refusals', () => {
  it('an empty file', async () => {
    expect(await refusal(new Uint8Array())).toMatchObject({ code: 'EMPTY_FILE', values: {} });
  });

  it('a file over the limit, naming both sizes', async () => {
    const error = await refusal(new Uint8Array(101), { bytes: 100, pixels: 100 });
    expect(error).toMatchObject({ code: 'FILE_TOO_LARGE', values: { actual_bytes: 101, limit_bytes: 100 } });
  });

  it.each([
    ['plain text, whatever its name', Buffer.from('this is no photograph'), 'unknown'],
    ['an SVG', Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'), 'svg'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'pdf'],
    ['an iPhone HEIC', Buffer.from('\0\0\0\x24ftypheic', 'latin1'), 'heic'],
    ['a TIFF', Buffer.from('II*\0', 'latin1'), 'tiff'],
    ['a RIFF file that is sound', Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1'), 'unknown'],
  ])('%s', async (_, bytes, found) => {
    const error = await refusal(bytes);
    expect(error).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      values: { found, allowed: 'JPEG, PNG, WebP' },
    });
  });

  it('a GIF and an AVIF by name', async () => {
    for (const format of ['gif', 'avif'] as const) {
      const error = await refusal(await toSharp(quadrants()).toFormat(format).toBuffer());
      expect(error).toMatchObject({ code: 'UNSUPPORTED_FORMAT', values: { found: format } });
    }
  });

  it('an animation, naming its frames', async () => {
    const frames = await Promise.all([RED, GREEN, BLUE].map((rgb) => encodePng(createImage(16, 16, rgb))));
    const bytes = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    expect(await refusal(bytes)).toMatchObject({ code: 'ANIMATED_PICTURE', values: { frames: 3 } });
  });

  it.each(['jpeg', 'png', 'webp'] as const)('a truncated %s, wherever it ends', async (format) => {
    const noise = createImage(200, 150);
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = (i * 2654435761) >>> 24;
    const whole = await toSharp(noise).toFormat(format).toBuffer();
    for (const part of [0.02, 0.3, 0.7, 0.97]) {
      const error = await refusal(whole.subarray(0, Math.floor(whole.length * part)));
      expect(error).toMatchObject({ code: 'BROKEN_PICTURE', values: { format } });
    }
  });

  it('a header of 30,000 × 30,000 pixels that nothing follows', async () => {
    const headerOnly = pngClaiming(30_000, 30_000).subarray(0, 33);
    expect(await refusal(headerOnly)).toMatchObject({ code: 'TOO_MANY_PIXELS', values: { width: 30_000 } });
  });

  it('a header of 30,000 × 30,000 pixels, before any pixel is decoded', async () => {
    const before = process.memoryUsage().rss;
    expect(await refusal(pngClaiming(30_000, 30_000))).toMatchObject({
      code: 'TOO_MANY_PIXELS',
      values: { width: 30_000, height: 30_000, actual_pixels: 900_000_000, limit_pixels: 50_000_000 },
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 ** 2);
  });

  it('a small file that claims an allowed size but holds nothing', async () => {
    expect((await refusal(pngClaiming(7000, 7000))).code).toBe('BROKEN_PICTURE');
  });

  it('counts pixels as the limit says: exactly the limit passes, one row more does not', async () => {
    const limits = { bytes: 10_000, pixels: 64 * 48 };
    expect(await decode(await encodePng(quadrants(64, 48)), { limits })).toMatchObject({ width: 64 });
    expect((await refusal(await encodePng(quadrants(64, 49)), limits)).code).toBe('TOO_MANY_PIXELS');
  });

  it('throws a DecodeError or decodes, whatever the bytes', async () => {
    const sources = await Promise.all(
      (['jpeg', 'png', 'webp'] as const).map((f) => toSharp(quadrants()).toFormat(f).toBuffer()),
    );
    const damage = fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sources), damage, async (source, changes) => {
        const bytes = Uint8Array.from(source);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const result = await decode(bytes, { maxSide: 32 }).catch((reason: unknown) => reason);
        if (!(result instanceof DecodeError)) expect(result).toHaveProperty('image');
      }),
      { numRuns: 150 },
    );
  });
});
