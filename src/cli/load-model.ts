import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtefactError, loadArtefact } from '../engine/artefact.ts';
import type { Classifier } from '../model/classification.ts';
import { UsageError } from './terminal.ts';

/** Loads a model's folder. Throws a UsageError that names the folder when there is no model to load. */
export async function loadModel(folder: string, options?: { threads?: number }): Promise<Classifier> {
  const card = await stat(join(folder, 'card.json')).catch(() => null);
  if (!card?.isFile()) throw new UsageError(`${folder}: no model here (card.json is missing)`);
  try {
    return await loadArtefact(folder, options);
  } catch (cause) {
    if (!(cause instanceof ArtefactError)) throw cause;
    throw new UsageError(`the model cannot be loaded: ${cause.message}`, { cause });
  }
}
