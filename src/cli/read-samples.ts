import type { Sample } from '../dataset/index.ts';
import { asUsageError } from './terminal.ts';

/** The labelled pictures of a data folder. Throws a UsageError that says what is wrong with it. */
export async function readSamples(folder: string): Promise<readonly Sample[]> {
  const { DatasetError, scanDataset } = await import('../dataset/index.ts');
  return scanDataset(folder).catch(asUsageError(DatasetError));
}
