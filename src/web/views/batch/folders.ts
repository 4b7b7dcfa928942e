// Files out of what was dropped or chosen: folders are walked, and each file keeps its path.

import { PICTURE_MEDIA_TYPES } from '../../../contract/limits.ts';
import type { Picked } from './batch.ts';

export interface Found {
  readonly picked: readonly Picked[];
  /** Files in folders that do not look like pictures. */
  readonly leftOut: number;
}

/** For an input's `ref`: Preact's types do not know the attribute. */
export function chooseFolders(input: HTMLInputElement | null): void {
  if (input !== null) input.webkitdirectory = true;
}

/** What an input gave, with `webkitdirectory` or without. */
export function fromInput(files: readonly File[]): Found {
  return sift(files.map((file) => ({ file, path: file.webkitRelativePath || file.name })));
}

/** What was dropped. The entries must be taken before the event is over, so this is not to be awaited before it. */
export async function fromDrop({ items, files }: DataTransfer): Promise<Found> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  // Made by a program and not by a hand, a drop has files but no entries.
  if (entries.length === 0) return fromInput([...files]);
  const found = await Promise.all(entries.map((entry) => walk(entry, '')));
  return sift(found.flat());
}

/** Of a folder only what looks like a picture; a file that was chosen by itself is always taken, to be told why not. */
function sift(all: readonly Picked[]): Found {
  const picked = all.filter(({ path, file }) => !path.includes('/') || looksLikePicture(path, file.type));
  const byName = new Intl.Collator(undefined, { numeric: true });
  return {
    picked: picked.toSorted((a, b) => byName.compare(a.path, b.path)),
    leftOut: all.length - picked.length,
  };
}

const PICTURE_NAME = /\.(jpe?g|png|webp)$/i;

export function looksLikePicture(path: string, type: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  // macOS keeps shadows of files under the same name with "._" before it.
  if (name.startsWith('.')) return false;
  return PICTURE_NAME.test(name) || PICTURE_MEDIA_TYPES.some((known) => known === type);
}

async function walk(entry: FileSystemEntry, folder: string): Promise<Picked[]> {
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path }];
  }
  if (!isDirectory(entry)) return [];
  const inside = await Promise.all((await readAll(entry)).map((child) => walk(child, path)));
  return inside.flat();
}

/** A reader hands out a folder in portions, until one is empty. */
async function readAll(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
