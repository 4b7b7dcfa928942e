import { crc32 } from 'node:zlib';
import type { PictureFormat } from '../contract/limits.ts';
import { DecodeError } from './decode-error.ts';
import { orientationOf, orientationTag } from './orientation.ts';
import { pngChunks } from './png.ts';

// What of a file may be kept: its pixels and what they need to look as they did. Where and when it was taken, by
// whom and with what is left out, and so is everything behind the picture's end. Nothing is decoded: the pixels that
// come out are those that went in.

/** Throws DecodeError for a file whose parts cannot be told from one another. */
export function withoutMetadata(bytes: Uint8Array, format: PictureFormat): Uint8Array {
  const parts = WRITERS[format](bytes);
  if (parts.length < 2) throw new DecodeError('BROKEN_PICTURE', { format });
  return joined(parts);
}

/** No program writes more segments or chunks: whoever sent them wants them to be counted. */
const MOST_PARTS = 100_000;

const WRITERS: Readonly<Record<PictureFormat, (bytes: Uint8Array) => Uint8Array[]>> = {
  jpeg: jpegParts,
  png: pngParts,
  webp: webpParts,
};

// JPEG (ITU T.81, annex B): segments `FF marker length(2)`, and after the start of a scan its data, in which a
// marker's FF is followed by 00 or by a restart marker.

const [END, SCAN] = [0xd9, 0xda];
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;

function jpegParts(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let orientation: number | undefined;
  for (let at = nextMarker(bytes, 2); at + 1 < bytes.length; ) {
    const marker = bytes[at + 1] ?? END;
    if (marker === END) {
      parts.push(bytes.subarray(at, at + 2));
      break;
    }
    const hasLength = marker !== 0x01 && !isRestart(marker);
    const end = at + 2 + (hasLength ? uint16(bytes, at + 2) : 0);
    const segment = bytes.subarray(at, end);
    const content = segment.subarray(4);
    if (marker === 0xe1 && startsWith(content, 'Exif\0\0'))
      orientation ??= orientationOf(content.subarray(6));
    const kept = keptSegment(marker, segment, content);
    if (kept) parts.push(kept);
    const next = marker === SCAN ? endOfScan(bytes, end) : end;
    if (next > end) parts.push(bytes.subarray(end, next));
    if (parts.length > MOST_PARTS) throw new DecodeError('BROKEN_PICTURE', { format: 'jpeg' });
    at = nextMarker(bytes, next);
  }
  if (orientation !== undefined && orientation > 1) parts.splice(1, 0, jpegOrientation(orientation));
  return parts;
}

/** Tables and frames as they are; of what applications add, the colours only. */
function keptSegment(marker: number, segment: Uint8Array, content: Uint8Array): Uint8Array | undefined {
  const isComment = marker === 0xfe;
  const isApplication = marker >= 0xe0 && marker <= 0xef;
  if (isComment) return undefined;
  if (!isApplication) return segment;
  if (marker === 0xe0 && startsWith(content, 'JFIF\0') && content.length >= 14)
    return withoutThumbnail(segment);
  const isProfile = marker === 0xe2 && startsWith(content, 'ICC_PROFILE\0');
  const isColourTransform = marker === 0xee && startsWith(content, 'Adobe');
  return isProfile || isColourTransform ? segment : undefined;
}

function withoutThumbnail(segment: Uint8Array): Uint8Array {
  const short = Uint8Array.from(segment.subarray(0, 18));
  short.set([0, 16], 2);
  short.set([0, 0], 16);
  return short;
}

function jpegOrientation(orientation: number): Uint8Array {
  const tag = orientationTag(orientation);
  const exif = joined([ascii('Exif\0\0'), tag]);
  return joined([Uint8Array.of(0xff, 0xe1, 0, exif.length + 2), exif]);
}

/** Where the next marker's FF is; any number of FF may come before it, and some phones write stray bytes. */
function nextMarker(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at + 1 < bytes.length && !(bytes[at] === 0xff && bytes[at + 1] !== 0xff && bytes[at + 1] !== 0))
    at += 1;
  return at;
}

function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker !== 0 && marker !== 0xff && !isRestart(marker)) return at;
  }
  return bytes.length;
}

// PNG (third edition, section 5): chunks `length(4) type(4) data checksum(4)`.

const PNG_KEPT = new Set([
  'IHDR',
  'PLTE',
  'tRNS',
  'IDAT',
  'IEND',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'sBIT',
  'cICP',
]);

function pngParts(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  for (const { type, start, end, data } of pngChunks(bytes)) {
    if (PNG_KEPT.has(type)) parts.push(bytes.subarray(start, end));
    if (type === 'eXIf') {
      const orientation = orientationOf(data);
      if (orientation > 1) parts.push(pngChunk('eXIf', orientationTag(orientation)));
    }
    if (type === 'IEND') break;
    if (parts.length > MOST_PARTS) throw new DecodeError('BROKEN_PICTURE', { format: 'png' });
  }
  return parts;
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const named = joined([ascii(type), data]);
  return joined([bigEndian(data.length), named, bigEndian(crc32(named))]);
}

// WebP (RFC 9649): `RIFF size(4) WEBP`, then chunks `type(4) size(4) data`, padded to even lengths.

const WEBP_KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP', 'ANIM', 'ANMF']);
const [EXIF_FLAG, XMP_FLAG] = [0x08, 0x04];

function webpParts(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Uint8Array[] = [];
  let orientation = 1;
  const end = Math.min(bytes.length, bytes.length < 8 ? 0 : 8 + view.getUint32(4, true));
  for (let at = 12; at + 8 <= end; ) {
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    const next = at + 8 + view.getUint32(at + 4, true);
    if (type === 'EXIF') orientation = orientationOf(withoutPrefix(bytes.subarray(at + 8, next)));
    if (WEBP_KEPT.has(type)) parts.push(Uint8Array.from(bytes.subarray(at, next)), padding(next - at));
    if (parts.length > MOST_PARTS) throw new DecodeError('BROKEN_PICTURE', { format: 'webp' });
    at = next + (next % 2);
  }
  const [first] = parts;
  if (first && startsWith(first, 'VP8X')) {
    const flags = (first[8] ?? 0) & ~(EXIF_FLAG | XMP_FLAG);
    first[8] = orientation > 1 ? flags | EXIF_FLAG : flags;
    if (orientation > 1) parts.push(webpChunk('EXIF', orientationTag(orientation)));
  }
  const size = parts.reduce((sum, part) => sum + part.length, 4);
  return size === 4 ? [] : [ascii('RIFF'), littleEndian(size), ascii('WEBP'), ...parts];
}

/** Some programs write the prefix that only JPEG needs. */
function withoutPrefix(exif: Uint8Array): Uint8Array {
  return startsWith(exif, 'Exif\0\0') ? exif.subarray(6) : exif;
}

function webpChunk(type: string, data: Uint8Array): Uint8Array {
  return joined([ascii(type), littleEndian(data.length), data, padding(data.length)]);
}

function padding(length: number): Uint8Array {
  return new Uint8Array(length % 2);
}

// Bytes

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return String.fromCharCode(...bytes.subarray(0, text.length)) === text;
}

function uint16(bytes: Uint8Array, at: number): number {
  return 256 * (bytes[at] ?? 0) + (bytes[at + 1] ?? 0);
}

function bigEndian(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function littleEndian(value: number): Uint8Array {
  return bigEndian(value).toReversed();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
