// The page as an app of its own: what it says of itself to be installed, and that it opens without the network.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { PROJECT } from './built-page.ts';
import { hasChromium, launchProfile } from './chromium.ts';
import { pictureOf } from './pictures.ts';
import { useSite, visit } from './site.ts';

/** A machine that does other things too. */
const PATIENT = { timeout: 30_000 };

const Manifest = Type.Object({
  start_url: Type.String(),
  icons: Type.Array(Type.Object({ src: Type.String(), sizes: Type.String(), type: Type.String() })),
});

describe.skipIf(!hasChromium())('installed', { timeout: 180_000 }, () => {
  const site = useSite();

  test('the manifest names icons that are there, in the sizes it says', async () => {
    const response = await fetch(`${site().url}/manifest.webmanifest`);
    expect(response.headers.get('content-type')).toContain('application/manifest+json');
    const manifest = Value.Parse(Manifest, await response.json());
    expect(manifest.start_url).toBe('/');
    for (const { src, sizes, type } of manifest.icons) {
      const icon = await fetch(site().url + src);
      expect(icon.headers.get('content-type')).toBe(type);
      if (sizes === 'any') continue;
      const { width, height } = await sharp(Buffer.from(await icon.arrayBuffer())).metadata();
      expect(`${width}x${height}`).toBe(sizes);
    }
  });

  test('the browser finds nothing that keeps it from being installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tampinha-profile-'));
    const context = await launchProfile(folder);
    try {
      const page = await context.newPage();
      await page.goto(site().url);
      await page.locator('main h1').waitFor();
      const session = await context.newCDPSession(page);
      const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
      expect(installabilityErrors).toEqual([]);
    } finally {
      await context.close();
      await rm(folder, { recursive: true });
    }
  });

  test('the policy lets nothing in from elsewhere, and nothing inline', async () => {
    const { headers } = await fetch(site().url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  test('opens without the network, every view of it, and goes on when the network is back', async () => {
    await visit(site(), { serviceWorkers: 'allow', refusals: true }, async (page) => {
      await expect.poll(() => page.evaluate(controlled), PATIENT).toBe(true);
      await page.context().setOffline(true);
      await page.reload();
      await page.getByText('Sem rede: a página está aqui').waitFor();
      for (const [name, needsServer] of [
        ['Ao vivo', false],
        ['Lote', false],
        ['Histórico', false],
        ['Revisão', true],
        ['Painel', true],
        ['Modelo', true],
        ['Foto', false],
      ] as const) {
        await page.getByRole('link', { name, exact: true }).click();
        await page.locator('.views a[aria-current]', { hasText: name }).waitFor();
        await page.locator('main:not(.view-message) h1').waitFor();
        // What is the server's alone says why it is not there, and offers to try again.
        if (needsServer)
          await page.getByRole('alert').getByRole('button', { name: 'Tentar de novo' }).waitFor();
        else expect(await page.getByRole('alert').count()).toBe(0);
      }
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.getByText('Não foi possível falar com o servidor.').waitFor();
      await page.context().setOffline(false);
      await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
      await page.getByText('Sem rede').waitFor({ state: 'detached' });
    });
  });

  test('keeps the files of the build, and no picture and no answer', async () => {
    await visit(site(), { serviceWorkers: 'allow' }, async (page) => {
      await expect.poll(() => page.evaluate(controlled), PATIENT).toBe(true);
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.locator('.verdict').waitFor();
      const kept = await keptAddresses(page);
      expect(kept).toContain('/');
      expect(
        kept.filter((path) => !/^\/($|assets\/|icon|apple-touch-icon|theme|manifest)/.test(path)),
      ).toEqual([]);
      const html = await readFile(join(PROJECT, 'src/web/index.html'), 'utf8');
      for (const [, address = ''] of html.matchAll(/href="(\/[^"]+)"/g)) expect(kept).toContain(address);
    });
  });
});

function controlled(): boolean {
  return navigator.serviceWorker.controller !== null;
}

function keptAddresses(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
}
