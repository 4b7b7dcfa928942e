// What kind of file this is, told by its first bytes. Names and declared types are never believed.
import { PICTURE_FORMATS, type PictureFormat } from '../contract/limits.ts';

/** Formats that are recognised only to be refused by name: "this is a PDF" helps more than "not a picture". */
export type RefusedFormat =
  | 'gif'
  | 'avif'
  | 'heic'
  | 'tiff'
  | 'bmp'
  | 'jxl'
  | 'pdf'
  | 'svg'
  | 'zip'
  | 'unknown';

/** The format that the first bytes announce; whether the rest keeps the promise shows when decoding. */
export function sniffFormat(bytes: Uint8Array): PictureFormat | RefusedFormat {
  const head = String.fromCharCode(...bytes.subarray(0, 256));
  return SIGNATURES.find(([, matches]) => matches(head))?.[0] ?? 'unknown';
}

export function isPictureFormat(format: string): format is PictureFormat {
  return PICTURE_FORMATS.some((known) => known === format);
}

/** Width and height from a PNG's first chunk, which the format fixes at byte 16; 0 × 0 when cut off before. */
export function claimedPngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  if (bytes.length < 24) return { width: 0, height: 0 };
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { width: header.getUint32(16), height: header.getUint32(20) };
}

type Signature = readonly [PictureFormat | RefusedFormat, (head: string) => boolean];

const SIGNATURES: readonly Signature[] = [
  ['jpeg', (head) => head.startsWith('\xff\xd8\xff')],
  ['png', (head) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['webp', (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP'],
  ['gif', (head) => head.startsWith('GIF8')],
  ['avif', (head) => isBaseMedia(head, ['avif', 'avis'])],
  ['heic', (head) => isBaseMedia(head, ['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'])],
  ['tiff', (head) => head.startsWith('II*\0') || head.startsWith('MM\0*')],
  ['bmp', (head) => head.startsWith('BM')],
  ['jxl', (head) => head.startsWith('\xff\x0a') || head.startsWith('\0\0\0\x0cJXL ')],
  ['pdf', (head) => head.startsWith('%PDF')],
  ['svg', (head) => /^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<svg/s.test(head)],
  ['zip', (head) => head.startsWith('PK\x03\x04')],
];

/** ISO base media files name their brand after a box `ftyp`. */
function isBaseMedia(head: string, brands: readonly string[]): boolean {
  return head.slice(4, 8) === 'ftyp' && brands.includes(head.slice(8, 12));
}
