import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AnnotatedPicture } from '../dataset/index.ts';
import { UsageError } from './terminal.ts';

const CLICKED = resolve(import.meta.dirname, '../../annotations/mouths.csv');

/**
 * The mouths that are known in a data folder: those of the file given, else of the folder's own
 * `annotations.csv`, else those that were clicked on the project's photographs. Throws a UsageError.
 */
export async function readAnnotations(
  folder: string,
  given: string | undefined,
): Promise<Map<string, AnnotatedPicture>> {
  const { DatasetError, readMouths } = await import('../dataset/index.ts');
  const own = join(folder, 'annotations.csv');
  const hasOwn = await stat(own).catch(() => null);
  return readMouths(given ?? (hasOwn ? own : CLICKED)).catch((error: unknown) => {
    throw error instanceof DatasetError ? new UsageError(error.message, { cause: error }) : error;
  });
}
