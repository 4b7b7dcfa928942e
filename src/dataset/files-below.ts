// What lies in a folder, links included, without walking in circles.
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

export interface FilesBelow {
  /** Paths that begin with the folder's, sorted name by name. Links to nothing are among them. */
  readonly files: readonly string[];
  /** Folders that could not be listed, in the same order. */
  readonly unreadable: readonly string[];
}

/**
 * Every file below a folder, in an order that is the same on every machine. No folder is walked twice, whatever links
 * lead to it; where one can be reached without a link, its files have that path, so that a link never gives a picture
 * another label than the folder it lies in.
 */
export async function filesBelow(folder: string): Promise<FilesBelow> {
  const found = { files: [] as string[], unreadable: [] as string[] };
  const visited = new Set<string>();
  const links = [folder];
  // Not recursive, and nothing is spread: trees may be deep and have very many files.
  for (const link of links) {
    const folders = [link];
    for (const path of folders) {
      const listed = await list(path, visited).catch(() => null);
      if (listed === null) found.unreadable.push(path);
      for (const entry of listed ?? []) {
        const below = join(path, entry.name);
        const kind = await kindOf(entry, below);
        if (kind === 'folder') (entry.isSymbolicLink() ? links : folders).push(below);
        if (kind === 'file') found.files.push(below);
      }
    }
  }
  return { files: byName(found.files), unreadable: byName(found.unreadable) };
}

/** Sorted by the code units of one name after the other, so that what lies in a folder stays together. */
export function byName(paths: readonly string[]): string[] {
  const keyed = paths.map((path) => ({ path, key: path.replaceAll(sep, '\0') }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : 1));
  return keyed.map(({ path }) => path);
}

async function list(folder: string, visited: Set<string>): Promise<Dirent[]> {
  const real = await realpath(folder);
  if (visited.has(real)) return [];
  visited.add(real);
  const entries = await readdir(folder, { withFileTypes: true });
  // Which of two links to one folder is followed must not depend on the file system.
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Links count as what they point to, dead ones as files that cannot be read; sockets and devices as nothing. */
async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | null> {
  const target = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
  if (target === null) return 'file';
  if (target.isDirectory()) return 'folder';
  return target.isFile() ? 'file' : null;
}
