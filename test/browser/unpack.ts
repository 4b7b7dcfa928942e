// A downloaded zip as a folder.

import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Download } from 'playwright-core';

/** The new folder; the caller removes it. */
export async function unpack(download: Download): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tampinha-unpacked-'));
  for (const [path, bytes] of Object.entries(unzipSync(await readFile(await download.path())))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}
