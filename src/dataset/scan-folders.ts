import { readdir } from 'node:fs/promises';
import { basename, extname, join, sep } from 'node:path';
import { groupBursts } from './bursts.ts';
import { DatasetError } from './dataset-error.ts';
import { labelNamed } from './label-names.ts';
import type { Label, Sample } from './sample.ts';

const PICTURE_NAMES = ['.jpg', '.jpeg', '.png', '.webp'];

/**
 * The photographs of a folder whose subfolders are named for what they show, sorted by name. A subfolder
 * further down is a scene of its own, and its name is taken as the source; loose files are grouped by burst.
 *
 * Throws a DatasetError when no subfolder, or one that holds pictures, has a name that is not known.
 */
export async function scanFolders(folder: string): Promise<Sample[]> {
  const pictures = (await readdir(folder, { recursive: true }))
    .map((path) => path.split(sep).join('/'))
    .filter(isPicture)
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

function isPicture(file: string): boolean {
  const hidden = file.split('/').some((part) => part.startsWith('.'));
  return !hidden && PICTURE_NAMES.includes(extname(file).toLowerCase());
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
