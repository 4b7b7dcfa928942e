// The page as the sources are now: what `npm run build:web` made if it is newer than they are, else a build of its own.

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(PROJECT, 'build/web');
const SOURCES = ['src/web', 'src/contract', 'samples'].map((folder) => join(PROJECT, folder));

export interface BuiltPage {
  readonly dir: string;
  /** Removes the folder if it was made for the asker. */
  remove(): Promise<void>;
}

export async function builtPage(): Promise<BuiltPage> {
  const [built, ...sources] = await Promise.all([join(BUILT, 'index.html'), ...SOURCES].map(newest));
  if (built !== undefined && built > Math.max(...sources)) {
    return { dir: BUILT, remove: async () => undefined };
  }
  const outDir = await mkdtemp(join(tmpdir(), 'tampinha-page-'));
  await buildInto(outDir);
  return { dir: outDir, remove: () => rm(outDir, { recursive: true }) };
}

/** As `npm run build:web` does: under Vitest's own NODE_ENV the bundler would build for development, a tenth larger. */
async function buildInto(outDir: string): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    // Only here: loading the bundler takes longer than the build.
    const { build } = await import('vite');
    const configFile = join(PROJECT, 'src/web/vite.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir } });
  } finally {
    process.env.NODE_ENV = NODE_ENV ?? '';
  }
}

/** When the newest file at or under `path` was changed, in milliseconds; 0 where there is none. */
async function newest(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path, { recursive: true });
  const times = await Promise.all(names.map(async (name) => (await stat(join(path, name))).mtimeMs));
  return Math.max(found.mtimeMs, ...times);
}
