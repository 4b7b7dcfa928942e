import { open, rename } from 'node:fs/promises';

/** Resolves once the bytes are on the disk, where a power cut does not take them. */
export async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whoever reads sees the old content or the new one, never half of it, even after a power cut. */
export async function replaceDurably(path: string, content: Uint8Array | string): Promise<void> {
  await writeDurably(`${path}.new`, content);
  await rename(`${path}.new`, path);
}
