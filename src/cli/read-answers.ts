import type { Results } from '../evaluate/results.ts';
import { asUsageError } from './terminal.ts';

/** A results.json that the user named. Throws a UsageError that names it and what is wrong with it. */
export async function readAnswers(path: string): Promise<Results> {
  const { readResults } = await import('../evaluate/write-evaluation.ts');
  return readResults(path).catch(asUsageError());
}
