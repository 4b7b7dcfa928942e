// Builds the page into build/web. Everything it loads is a file of its own: nothing inline, so that a strict
// Content-Security-Policy holds.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  build: {
    outDir: here('../../build/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: {
    fs: { allow: [here('../..')] },
    proxy: { '/v1': `http://127.0.0.1:${process.env.PORT ?? 8501}` },
  },
});
