// Builds the page into build/web. Everything it loads is a file of its own: nothing inline, so that a strict
// Content-Security-Policy holds.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const CORE =
  /node_modules\/preact|src\/contract\/|src\/web\/(api|text)\/|src\/web\/(store|settings|keys|router)\.ts/;

/** Tells the service worker which files this build consists of. The samples come when they are used. */
function listFilesForServiceWorker(): Plugin {
  return {
    name: 'list-files-for-service-worker',
    apply: 'build',
    generateBundle: {
      // After the HTML has been written.
      order: 'post',
      handler(_, bundle) {
        const { 'service-worker.js': worker, ...rest } = bundle;
        if (worker?.type !== 'chunk') throw new Error('the service worker is not part of the build');
        const made = Object.values(rest).filter(({ fileName }) => /\.(html|js|css)$/.test(fileName));
        const still = readdirSync(here('public'));
        const hash = createHash('sha256');
        for (const file of made) hash.update(file.type === 'chunk' ? file.code : file.source);
        for (const name of still) hash.update(readFileSync(join(here('public'), name)));
        const files = [...made.map(({ fileName }) => `/${fileName.replace(/^index\.html$/, '')}`)].concat(
          still.map((name) => `/${name}`),
        );
        const build = { version: hash.digest('hex').slice(0, 16), files: files.sort() };
        worker.code = `const BUILD = ${JSON.stringify(build)};\n${worker.code}`;
      },
    },
  };
}

/** Smaller files gain nothing that a request would notice. */
const WORTH_PACKING = 1_000;

/** Lays a packed twin beside every text file, which the server sends to browsers that take it. */
function packFiles(): Plugin {
  return {
    name: 'pack-files',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      // What lies in public/ is there by now, too.
      const names = await readdir(dir, { recursive: true });
      const texts = names.filter((name) => /\.(html|js|css|svg|webmanifest)$/.test(name));
      await Promise.all(texts.map((name) => packFile(join(dir, name))));
    },
  };
}

async function packFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < WORTH_PACKING) return;
  await writeFile(`${path}.br`, brotliCompressSync(bytes));
  await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}

export default defineConfig({
  root: here('.'),
  plugins: [listFilesForServiceWorker(), packFiles()],
  build: {
    outDir: here('../../build/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: here('index.html'), 'service-worker': here('service-worker/service-worker.ts') },
      output: {
        // A service worker rules over the addresses below its own, and must keep its name from build to build.
        // What every view needs travels in one file instead of six, which also packs better.
        codeSplitting: { groups: [{ name: 'core', test: CORE }] },
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: {
    fs: { allow: [here('../..')] },
    proxy: { '/v1': `http://127.0.0.1:${process.env.PORT ?? 8501}` },
  },
});
