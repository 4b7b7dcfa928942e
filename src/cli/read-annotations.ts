import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AnnotatedPicture, Sample } from '../dataset/index.ts';
import { asUsageError, UsageError } from './terminal.ts';

const CLICKED = resolve(import.meta.dirname, '../../annotations/mouths.csv');

/**
 * The mouths that are known of a data folder's pictures: those of the file given, else of the folder's own
 * `annotations.csv`, else those that were clicked on the project's photographs. Throws a UsageError, also when the file
 * given is about other pictures only; an empty one says that nothing is known.
 */
export async function readAnnotations(
  folder: string,
  samples: readonly Sample[],
  given?: string,
): Promise<Map<string, AnnotatedPicture>> {
  const { DatasetError, readMouths } = await import('../dataset/index.ts');
  const own = join(folder, 'annotations.csv');
  const hasOwn = await stat(own).catch(() => null);
  const known = await readMouths(given ?? (hasOwn ? own : CLICKED)).catch(asUsageError(DatasetError));
  const [first] = known.keys();
  if (given !== undefined && first !== undefined && !samples.some(({ file }) => known.has(file)))
    throw new UsageError(`${given}: no file that it names, such as ${first}, is a picture of ${folder}`);
  return known;
}
