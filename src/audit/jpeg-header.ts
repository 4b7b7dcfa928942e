// What a JPEG's header says of how it was written: cameras, editors and downloads differ in it.

export interface JpegHeader {
  /** Mean of the luminance quantisation table: 1 keeps everything, 60 and more is poor. */
  readonly quantisation: number;
  readonly progressive: boolean;
  /** Colour is stored at a lower resolution than brightness. */
  readonly subsampled: boolean;
  /** It carries EXIF data, as a camera writes it and most downloads do not. */
  readonly exif: boolean;
}

const START_OF_SCAN = 0xda;
const QUANTISATION = 0xdb;
const APP1 = 0xe1;
const FRAMES = [0xc0, 0xc1, 0xc2];
const PROGRESSIVE = 0xc2;

/** Reads markers up to the pixels (ITU T.81, annex B). Nothing for bytes that are no JPEG; never throws. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const header = { quantisation: 0, progressive: false, subsampled: false, exif: false };
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    const length = bytes[at + 2] * 256 + bytes[at + 3];
    if (marker === START_OF_SCAN || length < 2) break;
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (marker === QUANTISATION && header.quantisation === 0) header.quantisation = meanOfTable(segment);
    if (marker === APP1 && String.fromCharCode(...segment.subarray(0, 4)) === 'Exif') header.exif = true;
    if (FRAMES.includes(marker)) {
      header.progressive = marker === PROGRESSIVE;
      // Sampling factors of the first component, the brightness: 0x11 when no other has fewer samples.
      header.subsampled = segment.length > 7 && segment[5] === 3 && segment[7] !== 0x11;
    }
    at += 2 + length;
  }
  return header;
}

/** The first table of a segment: 64 values of one byte, or of two when the precision says so. */
function meanOfTable(segment: Uint8Array): number {
  const wide = segment[0] >> 4 > 0;
  const table = segment.subarray(1, wide ? 129 : 65);
  if (table.length === 0) return 0;
  const total = table.reduce((sum, value, i) => sum + (wide && i % 2 === 0 ? value * 256 : value), 0);
  return total / 64;
}
