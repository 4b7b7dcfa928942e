// How much the first view weighs, and that nothing of the page is inline or comes from elsewhere.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp } from '../../src/server/test-app.ts';
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

/** Sum of the gzipped files of a kind that the page's HTML names: what is loaded before the first view shows. */
async function gzipped(extension: string): Promise<number> {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address);
  const files = addresses.filter((address) => address.endsWith(extension));
  expect(files).not.toEqual([]);
  const sizes = await Promise.all(
    files.map(async (name) => gzipSync(await readFile(join(folder, name))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('JavaScript of the first view stays under its ceiling', async () => {
  expect(await gzipped('.js')).toBeLessThan(JAVASCRIPT_CEILING);
});

test('CSS of the first view stays under its ceiling', async () => {
  expect(await gzipped('.css')).toBeLessThan(CSS_CEILING);
});

test('it travels packed to a browser that takes that, and plain to any other', async () => {
  const app = await testApp({ pageDir: folder });
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const [, script = ''] = /src="(\/assets\/[^"]*)"/.exec(html) ?? [];
  const plain = await readFile(join(folder, script));
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync, '': (bytes: Buffer) => bytes };
  for (const [encoding, unpacked] of Object.entries(unpack)) {
    const reply = await app.app.inject({ url: script, headers: { 'accept-encoding': encoding } });
    expect(reply.headers['content-encoding'] ?? '').toBe(encoding);
    expect(reply.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    expect(reply.headers['cache-control']).toContain('immutable');
    expect(reply.headers.vary).toMatch(/accept-encoding/i);
    expect(unpacked(reply.rawPayload)).toEqual(plain);
    const page = await app.app.inject({ url: '/', headers: { 'accept-encoding': encoding } });
    expect(unpacked(page.rawPayload).toString()).toBe(html);
  }
  await app.close();
});

test('no script or style is inline, and everything is loaded from here', async () => {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
  for (const [, address = ''] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^\/[^/]/);
});
