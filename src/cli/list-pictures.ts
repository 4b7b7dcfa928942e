// From the paths of a command line to the files that are to be answered, in an order that never changes.
import type { Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { PICTURE_FORMATS } from '../contract/limits.ts';
import { sniffFormat } from '../decode/index.ts';

// A file that calls itself a picture is answered, if only with an error; some are known and not read (HEIC).
const PICTURE_EXTENSION = /^\.(jpe?g|jpe|jfif|png|webp|gif|avif|tiff?|heic|heif|bmp|jxl)$/i;

export interface Listing {
  readonly files: readonly string[];
  /** Files of folders that neither their name nor their content calls a picture. */
  readonly skipped: number;
}

/**
 * Files named on the command line as they are, even those that do not exist, since each is owed an answer; folders by
 * all pictures in them and below, sorted by name.
 */
export async function listPictures(paths: readonly string[]): Promise<Listing> {
  const files: string[] = [];
  let skipped = 0;
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (!kind?.isDirectory()) {
      files.push(path);
      continue;
    }
    for (const file of await filesBelow(path, new Set())) {
      if (await looksLikePicture(file)) files.push(file);
      else skipped++;
    }
  }
  return { files, skipped };
}

/** Every file below a folder, sorted by code units so that the order is the same on every machine. */
async function filesBelow(folder: string, visited: Set<string>): Promise<string[]> {
  const real = await realpath(folder);
  // A link back to a folder above would otherwise never end.
  if (visited.has(real)) return [];
  visited.add(real);
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const kind = await kindOf(entry, path);
    if (kind === 'folder') files.push(...(await filesBelow(path, visited)));
    if (kind === 'file') files.push(path);
  }
  return files;
}

/** Links count as what they point to, dead ones as files that cannot be read; sockets and devices as nothing. */
async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | null> {
  const target = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
  if (target === null) return 'file';
  if (target.isDirectory()) return 'folder';
  return target.isFile() ? 'file' : null;
}

async function looksLikePicture(path: string): Promise<boolean> {
  if (PICTURE_EXTENSION.test(extname(path))) return true;
  const handle = await open(path).catch(() => null);
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(64), 0, 64, 0);
    const format = sniffFormat(buffer.subarray(0, bytesRead));
    return PICTURE_FORMATS.some((known) => known === format);
  } finally {
    await handle.close();
  }
}
