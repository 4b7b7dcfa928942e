import { createHash } from 'node:crypto';

/** What common file systems take, in bytes. */
const LONGEST = 255;

/**
 * A flat name for each file's overlay: `a/b.png` becomes `a__b.png.jpg`. Where two files would share a name, or a name
 * would be too long, part of the path's hash keeps them apart.
 */
export function overlayNames(files: readonly string[]): (file: string) => string {
  const sharing = Map.groupBy(new Set(files), flatName);
  return (file) => {
    const flat = flatName(file);
    const fits = Buffer.byteLength(`${flat}.jpg`) <= LONGEST;
    if (fits && (sharing.get(flat)?.length ?? 0) < 2) return `${flat}.jpg`;
    const ending = `-${createHash('sha256').update(file).digest('hex').slice(0, 8)}.jpg`;
    return `${cut(flat, LONGEST - ending.length)}${ending}`;
  };
}

function flatName(file: string): string {
  return file.replace(/^(\.{0,2}[\\/])+/, '').replace(/[\\/]+/g, '__');
}

/** As many whole characters as fit into so many bytes. */
function cut(text: string, bytes: number): string {
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytes)).read);
}
