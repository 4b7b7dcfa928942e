// From the paths of a command line to the files that are to be answered, in an order that never changes.
import { open, stat } from 'node:fs/promises';
import { PICTURE_FORMATS } from '../contract/limits.ts';
import { byName, filesBelow, hasPictureName } from '../dataset/index.ts';
import { sniffFormat } from '../decode/index.ts';

export interface Listing {
  /** What is owed an answer; a folder that cannot be listed is among them, since its pictures are missing. */
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
    const below = await filesBelow(path);
    const kept = [...below.unreadable];
    for (const file of below.files) {
      if (await looksLikePicture(file)) kept.push(file);
      else skipped++;
    }
    for (const file of byName(kept)) files.push(file);
  }
  return { files, skipped };
}

async function looksLikePicture(path: string): Promise<boolean> {
  // A file that calls itself a picture is answered, if only with an error.
  if (hasPictureName(path)) return true;
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
