// How much the page weighs, and that nothing of it is inline or comes from elsewhere.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPage, builtPage } from './built-page.ts';

const JAVASCRIPT_CEILING = 30_000;
const CSS_CEILING = 8_000;

let page: BuiltPage;
let folder = '';

beforeAll(async () => {
  page = await builtPage();
  folder = page.dir;
});

afterAll(() => page.remove());

async function gzipped(extension: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith(extension));
  expect(files).not.toEqual([]);
  const sizes = await Promise.all(
    files.map(async (name) => gzipSync(await readFile(join(folder, name))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('JavaScript stays under its ceiling', async () => {
  expect(await gzipped('.js')).toBeLessThan(JAVASCRIPT_CEILING);
});

test('CSS stays under its ceiling', async () => {
  expect(await gzipped('.css')).toBeLessThan(CSS_CEILING);
});

test('no script or style is inline, and everything is loaded from here', async () => {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
  for (const [, address = ''] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^\/[^/]/);
});
