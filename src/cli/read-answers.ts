import type { Results } from '../evaluate/results.ts';
import { UsageError } from './terminal.ts';

/** A results.json that the user named. Throws a UsageError that names it and what is wrong with it. */
export async function readAnswers(path: string): Promise<Results> {
  const { readResults } = await import('../evaluate/write-evaluation.ts');
  return readResults(path).catch((cause: unknown) => {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  });
}
