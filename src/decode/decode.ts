import { LIMITS, PICTURE_FORMAT_NAMES, type PictureFormat } from '../contract/limits.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { DecodeError } from './decode-error.ts';
import { claimedPngSize, isPictureFormat, sniffFormat } from './picture-format.ts';
import { checkedPng } from './png.ts';
import { sharp } from './sharp.ts';

/** An upright sRGB picture and what its file said about itself. */
export interface DecodedPicture {
  /** Upright pixels, the longest side at most `maxSide` (never enlarged). */
  readonly image: RgbImage;
  /** Size of the upright original: boxes are reported in these pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  /** Size of the file. */
  readonly bytes: number;
}

export interface DecodeLimits {
  /** Largest file, in bytes. */
  readonly bytes: number;
  /** Most pixels, width times height as the header states them. */
  readonly pixels: number;
}

export const DEFAULT_DECODE_LIMITS: DecodeLimits = {
  bytes: LIMITS.pictureBytes,
  pixels: LIMITS.picturePixels,
};

export interface DecodeOptions {
  /** Longest side of the result in pixels. Without it the picture keeps its size. */
  readonly maxSide?: number | undefined;
  readonly limits?: DecodeLimits | undefined;
}

/**
 * The one way from a file's bytes to pixels: EXIF orientation applied, alpha laid on white, grey, palette,
 * CMYK, 16-bit and embedded profiles turned into 8-bit sRGB, reduced to `maxSide` while decoding.
 *
 * The format is told by the bytes, and the limits are checked against the header before any pixel is
 * decoded. Throws DecodeError, and nothing else, for whatever the bytes may be.
 */
export async function decode(bytes: Uint8Array, options: DecodeOptions = {}): Promise<DecodedPicture> {
  const limits = options.limits ?? DEFAULT_DECODE_LIMITS;
  const format = checkFile(bytes, limits);
  try {
    const sound = format === 'png' ? checkedPng(bytes) : bytes;
    const size = await readHeader(sound, limits);
    const image = await readPixels(sound, reducedSize(size, options.maxSide));
    return { image, ...size, format, bytes: bytes.length };
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    throw new DecodeError('BROKEN_PICTURE', { format }, { cause: error });
  }
}

function checkFile(bytes: Uint8Array, limits: DecodeLimits): PictureFormat {
  if (bytes.length === 0) throw new DecodeError('EMPTY_FILE');
  if (bytes.length > limits.bytes)
    throw new DecodeError('FILE_TOO_LARGE', { actual_bytes: bytes.length, limit_bytes: limits.bytes });
  const found = sniffFormat(bytes);
  // libspng reads no header of a PNG that ends after it; a bomb must be refused as one all the same.
  if (found === 'png') checkPixels(claimedPngSize(bytes), limits);
  if (isPictureFormat(found)) return found;
  throw new DecodeError('UNSUPPORTED_FORMAT', { found, allowed: PICTURE_FORMAT_NAMES });
}

/** Reads no more than the header: a file of a few bytes may claim a picture of gigabytes. */
async function readHeader(bytes: Uint8Array, limits: DecodeLimits): Promise<Size> {
  // sharp's own pixel limit is off here because its refusal would not name the size; ours below does.
  const header = await sharp(bytes, { limitInputPixels: false }).metadata();
  const { width, height } = header.autoOrient;
  checkPixels({ width, height }, limits);
  const frames = header.pages ?? 1;
  if (frames > 1) throw new DecodeError('ANIMATED_PICTURE', { frames });
  return { width, height };
}

function checkPixels({ width, height }: Size, limits: DecodeLimits): void {
  const pixels = width * height;
  if (pixels <= limits.pixels) return;
  const values = { width, height, actual_pixels: pixels, limit_pixels: limits.pixels };
  throw new DecodeError('TOO_MANY_PIXELS', values);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Given in full to the resizer, whose own rounding differs between shrinking while decoding and after. */
function reducedSize({ width, height }: Size, maxSide = Number.POSITIVE_INFINITY): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

async function readPixels(bytes: Uint8Array, size: Size): Promise<RgbImage> {
  const { data, info } = await sharp(bytes, {
    // A cut-off photograph is an error, not a photograph whose lower half is grey. Harmless oddities that
    // phones write (stray bytes between markers) are 'warning's and pass.
    failOn: 'error',
    limitInputPixels: false,
    autoOrient: true,
  })
    .flatten({ background: '#fff' })
    .resize({ ...size, fit: 'fill' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decoded into ${info.channels} channels`);
  // The same bytes seen as a plain array, which compares like any other: a copy would be megabytes a photograph.
  const { buffer, byteOffset, length } = data;
  return { width: info.width, height: info.height, data: new Uint8Array(buffer, byteOffset, length) };
}
