// Makes the pictures of the README from the running page: `node test/browser/screenshots.ts`.
// The real server and the bundled model; the project's own rendered samples, never a photograph.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/start-server.ts';
import { PROJECT } from './built-page.ts';
import { launchChromium } from './chromium.ts';

const FOLDER = join(PROJECT, 'docs/screenshots');
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };
const DARK: BrowserContextOptions = { colorScheme: 'dark' };

interface Shot {
  readonly name: string;
  readonly options: BrowserContextOptions;
  /** Which sample to give; none leaves the page empty. */
  readonly sample?: string;
}

const SHOTS: readonly Shot[] = [
  { name: 'start', options: { ...DESKTOP, locale: 'pt-BR' } },
  { name: 'desktop', options: { ...DESKTOP, locale: 'en' }, sample: 'closed-1.jpg' },
  { name: 'dark', options: { ...DESKTOP, ...DARK, locale: 'pt-BR' }, sample: 'several-1.jpg' },
  { name: 'phone', options: { ...PHONE, locale: 'pt-BR' }, sample: 'open-1.jpg' },
];

const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-screenshots-'));
const config = readConfig({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, 2);
const server = await startServer(config);
const browser = await launchChromium();
try {
  await mkdir(FOLDER, { recursive: true });
  for (const shot of SHOTS) await take(browser, server.url, shot);
} finally {
  await browser.close();
  await server.close();
  await rm(dataDir, { recursive: true });
}

async function take(chromium: Browser, url: string, { name, options, sample }: Shot): Promise<void> {
  // Reduced motion: the drawing is shown at rest.
  const context = await chromium.newContext({ ...options, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('main').waitFor();
  if (sample !== undefined) await giveSample(page, sample);
  const path = join(FOLDER, `${name}.png`);
  // 256 colours: a quarter of the bytes, and nobody sees it.
  await sharp(await page.screenshot())
    .png({ palette: true, effort: 10 })
    .toFile(path);
  console.log(path);
  await context.close();
}

async function giveSample(page: Page, sample: string): Promise<void> {
  await page.locator(`.sample[data-file="${sample}"]`).click();
  await page.locator('.verdict').waitFor();
  await page.locator('.mouth-crop, .advice').first().waitFor();
  // The pointer would leave its hover on the sample.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
}
