import { isAbsolute, relative, resolve } from 'node:path';

/** The path of `file` below `folder`, or nothing when it leads out of it. */
export function insideFolder(folder: string, file: string): string | undefined {
  const path = resolve(folder, file);
  const way = relative(folder, path);
  return way === '' || way.startsWith('..') || isAbsolute(way) || isAbsolute(file) ? undefined : path;
}
