import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatasetError } from './dataset-error.ts';
import type { Sample } from './sample.ts';
import { scanFolders } from './scan-folders.ts';
import { scanManifest } from './scan-manifest.ts';

/**
 * Every photograph of a data folder: what its `manifest.csv` lists, or else the pictures in folders named
 * open, closed, none, unclear, mixed (also aberta(s), fechada(s), nenhuma, img_path_aberta,
 * img_path_fechada; upper and lower case alike). No picture is opened, so that some may be broken.
 *
 * Throws a DatasetError that names the folder, file and line of whatever is wrong, and when there is
 * nothing.
 */
export async function scanDataset(folder: string): Promise<Sample[]> {
  const root = resolve(folder);
  const found = await stat(root).catch(() => null);
  if (found === null) throw new DatasetError([`${folder}: there is no such folder`]);
  if (!found.isDirectory()) throw new DatasetError([`${folder} is no folder`]);
  const manifest = join(root, 'manifest.csv');
  const samples = (await isThere(manifest)) ? await scanManifest(manifest) : await scanFolders(root);
  if (samples.length === 0) throw new DatasetError([`${folder}: there are no photographs`]);
  return samples;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
