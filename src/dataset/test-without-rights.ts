import { chmod } from 'node:fs/promises';
import process from 'node:process';

// For tests: what somebody sees who may not read a file or a folder.

const NOBODY = 65_534;

/** Runs `work` while `path`, in a folder that others may enter, cannot be read. */
export async function withoutRights<T>(path: string, work: () => Promise<T>): Promise<T> {
  await chmod(path, 0);
  // Modes do not bind the superuser, whom tests run as inside a container.
  const isSuperuser = process.geteuid?.() === 0;
  if (isSuperuser) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (isSuperuser) process.seteuid?.(0);
    await chmod(path, 0o755);
  }
}
