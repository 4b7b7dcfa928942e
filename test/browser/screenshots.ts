// Makes the pictures of the documents from the running page: `node test/browser/screenshots.ts`. With a folder it makes
// every view in every window and theme there instead, to be looked at, or those named:
// `node test/browser/screenshots.ts FOLDER [REVIEW …]`.
// The real server and the bundled model; the project's own rendered samples, never a photograph.

import { randomUUIDv7 } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Prediction } from '../../src/contract/prediction.ts';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/start-server.ts';
import { openStore } from '../../src/store/open.ts';
import { isPrediction } from '../../src/web/api/answer.ts';
import { PROJECT } from './built-page.ts';
import { launchChromium } from './chromium.ts';

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const TALL: BrowserContextOptions = { viewport: { width: 1280, height: 1400 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };
const DARK: BrowserContextOptions = { colorScheme: 'dark' };
const PORTUGUESE: BrowserContextOptions = { locale: 'pt-BR' };
const ENGLISH: BrowserContextOptions = { locale: 'en' };

/** What a person does on an open page before the picture is taken. */
type Act = (page: Page) => Promise<void>;

interface Scene {
  /** The part of the address after the host. */
  readonly path?: string;
  readonly act?: Act;
}

interface Shot {
  readonly name: string;
  readonly scene: Scene;
  readonly options: BrowserContextOptions;
}

const SAMPLES = join(PROJECT, 'samples');
const sampleFiles = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg'));

const EMPTY: Scene = {};
const CLOSED: Scene = { act: (page) => giveSample(page, 'closed-1.jpg') };
const SEVERAL: Scene = { act: (page) => giveSample(page, 'several-1.jpg') };
const OPEN: Scene = { act: (page) => giveSample(page, 'open-2.jpg') };
const NONE: Scene = { act: (page) => giveSample(page, 'none-1.jpg') };
const LIVE: Scene = { path: '#/live', act: watchCamera };
const BATCH: Scene = { path: '#/batch', act: giveAllSamples };
const HISTORY: Scene = { act: answerSomeSamples };
const REVIEW: Scene = { path: '#/review', act: openTheFolder };
const DASHBOARD: Scene = { path: '#/dashboard', act: awaitPlots };
const MODEL: Scene = { path: '#/model', act: (page) => page.locator('.card-parts').waitFor() };
const HELP: Scene = { act: (page) => page.keyboard.press('?') };

const SHOTS: readonly Shot[] = [
  { name: 'start', scene: EMPTY, options: { ...DESKTOP, ...PORTUGUESE } },
  { name: 'desktop', scene: CLOSED, options: { ...DESKTOP, ...ENGLISH } },
  { name: 'dark', scene: SEVERAL, options: { ...DESKTOP, ...DARK, ...PORTUGUESE } },
  { name: 'phone', scene: OPEN, options: { ...PHONE, ...PORTUGUESE } },
  { name: 'live', scene: LIVE, options: { ...DESKTOP, ...PORTUGUESE } },
  { name: 'batch', scene: BATCH, options: { ...DESKTOP, ...ENGLISH } },
  { name: 'history', scene: HISTORY, options: { ...DESKTOP, ...PORTUGUESE } },
  { name: 'review', scene: REVIEW, options: { ...DESKTOP, ...ENGLISH } },
  { name: 'dashboard', scene: DASHBOARD, options: { ...TALL, ...DARK, ...ENGLISH } },
  { name: 'model', scene: MODEL, options: { ...TALL, ...PORTUGUESE } },
  { name: 'phone-live', scene: LIVE, options: { ...PHONE, ...DARK, ...PORTUGUESE } },
];

const SCENES = { EMPTY, CLOSED, SEVERAL, OPEN, NONE, LIVE, BATCH, HISTORY, REVIEW, DASHBOARD, MODEL, HELP };

const [elsewhere, ...wanted] = process.argv.slice(2);
const folder = elsewhere ?? join(PROJECT, 'docs/screenshots');
const shots = elsewhere === undefined ? SHOTS : everything();

const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-screenshots-'));
const config = readConfig({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, 2);
const server = await startServer(config);
const answers: Prediction[] = [];
for (const name of sampleFiles) answers.push(await predict(name));
await fillLog(answers);
const camera = join(dataDir, 'camera.mjpeg');
await writeFile(camera, await film('closed-1.jpg', 60));
const browser = await launchChromium({ camera: { file: camera } });
try {
  await mkdir(folder, { recursive: true });
  for (const shot of shots) await take(browser, server.url, shot);
} finally {
  await browser.close();
  await server.close();
  await rm(dataDir, { recursive: true });
}

/** Every scene, or those that are wanted, in full length, in every window and theme. */
function everything(): Shot[] {
  const scenes = Object.entries(SCENES).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  return scenes.flatMap(([name, scene]) =>
    Object.entries({ desktop: DESKTOP, phone: PHONE }).flatMap(([window, options]) => [
      { name: `${name}-${window}`.toLowerCase(), scene, options: { ...options, ...PORTUGUESE } },
      { name: `${name}-${window}-dark`.toLowerCase(), scene, options: { ...options, ...DARK, ...ENGLISH } },
    ]),
  );
}

async function take(chromium: Browser, url: string, { name, scene, options }: Shot): Promise<void> {
  // Reduced motion: the drawing is shown at rest.
  const context = await chromium.newContext({ permissions: ['camera'], ...options, reducedMotion: 'reduce' });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  await page.goto(`${url}/${scene.path ?? ''}`);
  await page.locator('main h1').waitFor();
  await scene.act?.(page);
  // The pointer would leave its hover behind.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
  const path = join(folder, `${name}.png`);
  // 256 colours: a quarter of the bytes, and nobody sees it.
  await sharp(await page.screenshot({ fullPage: elsewhere !== undefined }))
    .png({ palette: true, effort: 10 })
    .toFile(path);
  console.log(path);
  await context.close();
}

async function giveSample(page: Page, sample: string): Promise<void> {
  await page.locator(`.sample[data-file="${sample}"]`).click();
  await page.locator('.verdict').waitFor();
  await page.locator('.mouth-crop, .advice').first().waitFor();
  await page.locator('.feedback').waitFor();
}

async function giveAllSamples(page: Page): Promise<void> {
  await page.setInputFiles(
    '#batch-files',
    sampleFiles.map((name) => join(SAMPLES, name)),
  );
  await page
    .locator('tr[data-stage=judged]')
    .nth(sampleFiles.length - 1)
    .waitFor();
  // The small views are drawn one after the other.
  await page.waitForTimeout(2_000);
}

/** Judges most samples, and says of some whether that was right. */
async function answerSomeSamples(page: Page): Promise<void> {
  for (const [index, name] of sampleFiles.entries()) {
    await page.setInputFiles('#file', join(SAMPLES, name));
    await page.getByRole('img', { name }).waitFor();
    await page.locator('.verdict').waitFor();
    await page.locator('.feedback-label').first().waitFor();
    if (index % 3 === 2) continue;
    await page.locator(`[data-label=${labelOf(name)}]`).click();
    await page.locator('.feedback-outcome button').first().waitFor();
  }
  await page.evaluate(() => {
    location.hash = '#/history';
  });
  await page
    .locator('.card img')
    .nth(sampleFiles.length - 1)
    .waitFor();
}

function labelOf(name: string): string {
  return /none/.test(name) ? 'none' : /closed|several-1|hard-1/.test(name) ? 'closed' : 'open';
}

async function openTheFolder(page: Page): Promise<void> {
  await page.locator('.review-one').waitFor();
  await page.setInputFiles('#export-folder', SAMPLES);
  await page.locator('.review-picture .stage img').waitFor();
  for (const key of ['1', '2', '1']) await page.keyboard.press(key);
  await page.locator('.review-picture .stage img').waitFor();
}

async function awaitPlots(page: Page): Promise<void> {
  await page.locator('.plot canvas').nth(6).waitFor();
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

async function predict(name: string): Promise<Prediction> {
  const response = await fetch(`${server.url}/v1/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', 'content-disposition': `attachment; filename=${name}` },
    body: await readFile(join(SAMPLES, name)),
  });
  const prediction: unknown = await response.json();
  if (!isPrediction(prediction)) throw new Error(`${name}: no prediction`);
  return prediction;
}

/** A day of made-up traffic, so that the dashboard has something to draw: the samples' own answers, again and again. */
async function fillLog(samples: readonly Prediction[]): Promise<void> {
  const store = await openStore({ dataDir });
  const now = Date.now();
  for (let minute = 5; minute < 1_440; minute += 2 + Math.round(6 * Math.sin(minute / 460) ** 2)) {
    const answer = samples[(minute * 7) % samples.length];
    if (answer === undefined) continue;
    const created = new Date(now - minute * 60_000).toISOString();
    const ms = answer.ms * (1 + (minute % 13) / 13);
    const entry = { id: randomUUIDv7(), created, request_id: randomUUIDv7(), route: '/v1/predictions' };
    const client = { address: '127.0.0.1', key_id: null, user_agent: null };
    if (minute % 31 === 0) {
      const error = { code: 'BROKEN_PICTURE', file: null, bytes: 1_000 } as const;
      await store.log.append({ ...entry, client, outcome: 'refused', prediction: null, error });
    } else {
      const timings = { ...answer.timings, total: ms };
      const prediction = { ...answer, id: entry.id, created, ms, timings };
      await store.log.append({ ...entry, client, outcome: 'answered', prediction, error: null });
    }
  }
  await store.close();
}
