import { mkdir } from 'node:fs/promises';
import { UsageError } from './terminal.ts';

/** Makes the folder that results go to, before work is put into them. Throws a UsageError that names it. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is a file' : `cannot be made (${cause.code})`;
    throw new UsageError(`${path}: the folder ${why}`, { cause });
  });
}
