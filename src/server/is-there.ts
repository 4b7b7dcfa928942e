import { access } from 'node:fs/promises';

/** False also for what this process may not see. */
export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
