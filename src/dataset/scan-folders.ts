import { basename, join, relative, sep } from 'node:path';
import { groupBursts } from './bursts.ts';
import { DatasetError } from './dataset-error.ts';
import { filesBelow } from './files-below.ts';
import { labelNamed } from './label-names.ts';
import { hasPictureName } from './picture-name.ts';
import type { Label, Sample } from './sample.ts';

/**
 * The photographs of a folder whose subfolders are named for what they show, sorted by name. A subfolder
 * further down is a scene of its own, and its name is taken as the source; loose files are grouped by burst.
 *
 * Throws a DatasetError when no subfolder, or one that holds pictures, has a name that is not known, and when a folder
 * cannot be listed.
 */
export async function scanFolders(folder: string): Promise<Sample[]> {
  const { files, unreadable } = await filesBelow(folder);
  const missing = unreadable.filter((path) => !isHidden(below(folder, path)));
  if (missing.length > 0)
    throw new DatasetError(missing.map((path) => `${path}: the folder cannot be listed`));
  const pictures = files
    .map((path) => below(folder, path))
    .filter((file) => hasPictureName(file) && !isHidden(file))
    .sort();
  const labelled = pictures.map((file) => ({ file, label: labelOf(file) }));
  const unknown = new Set(labelled.flatMap(({ file, label }) => (label ? [] : [topFolder(file)])));
  unknown.delete('');
  if (unknown.size > 0 || labelled.every(({ label }) => label === undefined))
    throw new DatasetError([wrongFolders(folder, [...unknown])]);
  const bursts = groupBursts(pictures);
  return labelled.flatMap(({ file, label }) =>
    label === undefined ? [] : [describe(folder, file, label, bursts.get(file) ?? file)],
  );
}

/** The path below the data folder, with forward slashes. */
function below(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

function isHidden(file: string): boolean {
  return file.split('/').some((part) => part.startsWith('.'));
}

function topFolder(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

function labelOf(file: string): Label | undefined {
  return labelNamed(topFolder(file));
}

function wrongFolders(folder: string, unknown: readonly string[]): string {
  const found = unknown.length > 0 ? `found ${unknown.join(', ')}` : 'found no pictures in such folders';
  return `${folder}: expected a manifest.csv, or folders named open, closed or none (aberta, fechada, nenhuma); ${found}`;
}

function describe(folder: string, file: string, label: Label, burst: string): Sample {
  const [, ...below] = file.split('/');
  const scene = below.slice(0, -1).join('/');
  return {
    file,
    path: join(folder, file),
    label,
    group: scene === '' ? burst : scene,
    source: below.length > 1 ? (below[0] ?? '') : basename(folder),
    kind: '',
    beer: false,
    notes: '',
  };
}
