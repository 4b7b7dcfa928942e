import type { Sample } from '../dataset/index.ts';
import { UsageError } from './terminal.ts';

/** The labelled pictures of a data folder. Throws a UsageError that says what is wrong with it. */
export async function readSamples(folder: string): Promise<readonly Sample[]> {
  const { DatasetError, scanDataset } = await import('../dataset/index.ts');
  return scanDataset(folder).catch((error: unknown) => {
    throw error instanceof DatasetError ? new UsageError(error.message, { cause: error }) : error;
  });
}
