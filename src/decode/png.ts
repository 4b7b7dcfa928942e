import { DecodeError } from './decode-error.ts';

// What a PNG's chunks say before a decoder meets them (PNG specification, third edition, sections 5 and 11).

export interface PngChunk {
  readonly type: string;
  /** Where the chunk begins, with its length and type. */
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  readonly data: Uint8Array;
}

const SIGNATURE_BYTES = 8;
/** Length, type and checksum around a chunk's data. */
const FRAME_BYTES = 12;

/** The chunks up to the first that is cut off. Checksums are the decoder's business. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = SIGNATURE_BYTES; start + FRAME_BYTES <= bytes.length; ) {
    const length = view.getUint32(start);
    const end = start + FRAME_BYTES + length;
    if (end > bytes.length) return;
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    yield { type, start, end, data: bytes.subarray(start + 8, end - 4) };
    start = end;
  }
}

/** More chunks than this is no way to store a picture: even 25 MB in pieces of 1 kB are fewer. */
const MOST_CHUNKS = 50_000;

/** Text that decoders unpack although nobody asks for it: a megabyte of it can hold a gigabyte. */
const TEXT = new Set(['tEXt', 'zTXt', 'iTXt']);

/**
 * The same picture without its texts. Throws DecodeError for an animation, and for what no encoder writes: more
 * chunks, or more compressed pixels, than the picture could need.
 */
export function checkedPng(bytes: Uint8Array): Uint8Array {
  const texts: PngChunk[] = [];
  let [chunks, packed, room] = [0, 0, 0];
  for (const chunk of pngChunks(bytes)) {
    chunks += 1;
    if (chunk.type === 'IHDR') room = mostPackedBytes(chunk.data);
    if (chunk.type === 'acTL') refuseAnimation(chunk.data);
    if (chunk.type === 'IDAT') packed += chunk.data.length;
    if (TEXT.has(chunk.type)) texts.push(chunk);
    if (chunks > MOST_CHUNKS || packed > room) throw new DecodeError('BROKEN_PICTURE', { format: 'png' });
  }
  return texts.length === 0 ? bytes : without(bytes, texts);
}

/** An animated PNG (APNG): its first frame alone would be a picture that its sender has not seen as one. */
function refuseAnimation(control: Uint8Array): void {
  const frames = control.length < 4 ? 0 : new DataView(control.buffer, control.byteOffset).getUint32(0);
  if (frames > 1) throw new DecodeError('ANIMATED_PICTURE', { frames });
}

/**
 * The most that pixels can take: what cannot be compressed is stored as it is, with a little around it. Seven passes
 * of an interlaced picture add rows, and rows add a byte each.
 */
function mostPackedBytes(header: Uint8Array): number {
  if (header.length < 13) return 0;
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const deepestPixel = 8;
  return 1.01 * (width * height * deepestPixel + 2 * (width + height) + height) + 4_096;
}

function without(bytes: Uint8Array, chunks: readonly PngChunk[]): Uint8Array {
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const { start, end } of chunks) {
    kept.push(bytes.subarray(from, start));
    from = end;
  }
  kept.push(bytes.subarray(from));
  const result = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of kept) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
