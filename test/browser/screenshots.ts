// Makes the pictures of the README from the running page: `node test/browser/screenshots.ts`.
// The real server and the bundled model; the project's own rendered samples, never a photograph.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
  /** The part of the address after the host. */
  readonly path?: string;
  /** What a person does before the picture is taken; nothing leaves the page as it opens. */
  readonly act?: (page: Page) => Promise<void>;
}

const SAMPLES = join(PROJECT, 'samples');

const SHOTS: readonly Shot[] = [
  { name: 'start', options: { ...DESKTOP, locale: 'pt-BR' } },
  { name: 'desktop', options: { ...DESKTOP, locale: 'en' }, act: (page) => giveSample(page, 'closed-1.jpg') },
  {
    name: 'dark',
    options: { ...DESKTOP, ...DARK, locale: 'pt-BR' },
    act: (page) => giveSample(page, 'several-1.jpg'),
  },
  { name: 'phone', options: { ...PHONE, locale: 'pt-BR' }, act: (page) => giveSample(page, 'open-2.jpg') },
  {
    name: 'live',
    options: { ...DESKTOP, locale: 'pt-BR', permissions: ['camera'] },
    path: '#/live',
    act: watchCamera,
  },
  { name: 'batch', options: { ...DESKTOP, locale: 'en' }, path: '#/batch', act: giveAllSamples },
];

const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-screenshots-'));
const config = readConfig({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, 2);
const server = await startServer(config);
const camera = join(dataDir, 'camera.mjpeg');
await writeFile(camera, await film('closed-1.jpg', 60));
const browser = await launchChromium({ camera: { file: camera } });
try {
  await mkdir(FOLDER, { recursive: true });
  for (const shot of SHOTS) await take(browser, server.url, shot);
} finally {
  await browser.close();
  await server.close();
  await rm(dataDir, { recursive: true });
}

async function take(chromium: Browser, url: string, shot: Shot): Promise<void> {
  const { name, options, path: address = '', act } = shot;
  // Reduced motion: the drawing is shown at rest.
  const context = await chromium.newContext({ ...options, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${url}/${address}`);
  await page.locator('main h1').waitFor();
  await act?.(page);
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

async function giveAllSamples(page: Page): Promise<void> {
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg'));
  await page.setInputFiles(
    '#batch-files',
    names.map((name) => join(SAMPLES, name)),
  );
  await page
    .locator('tr[data-stage=judged]')
    .nth(names.length - 1)
    .waitFor();
  // The small views are drawn one after the other.
  await page.waitForTimeout(2_000);
}

/** Long enough for the strip under the video to have something to show. */
async function watchCamera(page: Page): Promise<void> {
  await page.locator('.live-off button').click();
  await page.locator('.live-banner').waitFor();
  await page.waitForTimeout(8_000);
}

/** JPEGs one after the other: a film that Chromium's fake camera plays. */
async function film(sample: string, frames: number): Promise<Buffer> {
  const bytes = await readFile(join(SAMPLES, sample));
  return Buffer.concat(Array.from({ length: frames }, () => bytes));
}
