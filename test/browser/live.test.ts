// A camera judged continuously. The camera shows rendered samples: a closed bottle for a while, then an open one.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../../src/decode/index.ts';
import type { Classifier } from '../../src/model/classification.ts';
import type { RgbImage } from '../../src/vision/rgb-image.ts';
import { expectForEveryone } from './axe.ts';
import { PROJECT } from './built-page.ts';
import { hasChromium } from './chromium.ts';
import { testClassifier, useSite, visit } from './site.ts';

/** A machine that does other things too. */
const PATIENT = { timeout: 60_000 };
const FRAMES_OF_EACH = 40;
const SIDE = 240;

describe.skipIf(!hasChromium())('live', { timeout: 180_000 }, () => {
  let folder = '';
  let brightness: readonly [closed: number, open: number] = [0, 0];
  /** Tells the two samples apart by their brightness. */
  const classifier: Classifier = {
    card: testClassifier.card,
    classify: async (image) => {
      const [closed, open] = brightness.map((one) => Math.abs(one - meanOf(image)));
      const pOpen = (open ?? 0) < (closed ?? 0) ? 0.97 : 0.03;
      const state = pOpen > 0.5 ? 'open' : 'closed';
      const { width, height } = image;
      const box = [width * 0.3, height * 0.1, width * 0.4, height * 0.4] as const;
      return {
        verdict: state,
        pOpen,
        confidence: 0.97,
        bottles: [{ box, state, pOpen, confidence: 0.97, presence: 0.9 }],
        attention: { width: 1, height: 1, values: Float32Array.of(1) },
      };
    },
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tampinha-camera-'));
    const samples = await Promise.all(
      ['closed-1.jpg', 'open-1.jpg'].map((name) => small(join(PROJECT, 'samples', name))),
    );
    const means = await Promise.all(samples.map(async (bytes) => meanOf((await decode(bytes)).image)));
    brightness = [means[0] ?? 0, means[1] ?? 0];
    // A file of JPEGs one after the other is a film that Chromium plays.
    const film = samples.flatMap((bytes) => Array.from({ length: FRAMES_OF_EACH }, () => bytes));
    await writeFile(join(folder, 'camera.mjpeg'), Buffer.concat(film));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const site = useSite(
    () => ({ classifier }),
    () => ({ camera: { file: join(folder, 'camera.mjpeg') } }),
  );
  const live = { path: '/#/live', permissions: ['camera'] };
  const count = async (page: Page, verdict: string): Promise<number> =>
    Number(await page.locator(`.live-counts [data-verdict=${verdict}] strong`).textContent());

  test('a closed bottle, then an open one: the verdict over the video, counted, with its pace', async () => {
    await visit(site(), live, async (page) => {
      await page.getByRole('button', { name: 'Ligar a câmera' }).click();
      await page.locator('.live-banner').waitFor();
      await expect.poll(() => count(page, 'closed'), PATIENT).toBeGreaterThan(0);
      await expect.poll(() => count(page, 'open'), PATIENT).toBeGreaterThan(0);
      expect(await page.locator('.box').count()).toBe(1);
      expect(await page.locator('.live-banner').textContent()).toMatch(/^(Aberta|Fechada)\d\d%$/);
      const figures = await page.locator('.live-figures dd').allTextContents();
      expect(figures[0]).toMatch(/^\d+(,\d)?$/);
      expect(figures[1]).toMatch(/^\d+ ms$/);
      const statuses = await page.getByRole('status').allTextContents();
      expect(statuses.join(' ')).toMatch(/(Aberta|Fechada): \d\d%\./);
      await page.getByRole('button', { name: 'Zerar a contagem' }).click();
      expect(await count(page, 'closed')).toBeLessThan(2);
    });
  });

  test('never more than one frame on its way', async () => {
    await visit(site(), live, async (page) => {
      let [running, most, held] = [0, 0, false];
      await page.route('**/v1/predictions', async (route) => {
        running += 1;
        most = Math.max(most, running);
        while (held) await new Promise((resolve) => setTimeout(resolve, 50));
        running -= 1;
        await route.continue();
      });
      await page.getByRole('button', { name: 'Ligar a câmera' }).click();
      await page.locator('.live-banner').waitFor();
      held = true;
      await expect.poll(() => running, PATIENT).toBe(1);
      // Dozens of frames pass by meanwhile.
      await page.waitForTimeout(1_500);
      held = false;
      const requests = requestsOf(page);
      await expect.poll(() => requests.length, PATIENT).toBeGreaterThan(2);
      expect(most).toBe(1);
    });
  });

  test('rests while paused and while the tab is out of sight; switched off, the light goes out', async () => {
    await visit(site(), live, async (page) => {
      await page.evaluate(() => {
        const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await open(wish);
          Object.assign(globalThis, { opened: stream });
          return stream;
        };
      });
      await page.getByRole('button', { name: 'Ligar a câmera' }).waitFor();
      await page.keyboard.press('c');
      await page.locator('.live-banner').waitFor();
      await page.keyboard.press('p');
      await page.locator('.live-message', { hasText: 'Em pausa' }).waitFor();
      await expectRest(page);
      await page.getByRole('button', { name: 'Continuar' }).click();
      await page.locator('.live-banner').waitFor();
      await setVisibility(page, 'hidden');
      await page.getByText('Em pausa enquanto esta aba não aparece').waitFor();
      await expectRest(page);
      await setVisibility(page, 'visible');
      await page.locator('.live-banner').waitFor();
      await page.getByRole('button', { name: 'Desligar' }).click();
      await page.getByRole('button', { name: 'Ligar a câmera' }).waitFor();
      await expect.poll(() => page.evaluate(allTracksEnded), PATIENT).toBe(true);
    });
  });

  test('a busy server is asked again when it says', async () => {
    await visit(site(), { ...live, refusals: true }, async (page) => {
      const refusal = {
        error: 'Too many',
        code: 'OVERLOADED',
        retryable: true,
        values: { seconds: 1 },
        language: 'en',
        request_id: 'r-1',
      };
      await page.route('**/v1/predictions', (route) =>
        route.fulfill({ status: 503, headers: { 'retry-after': '1' }, json: refusal }),
      );
      await page.getByRole('button', { name: 'Ligar a câmera' }).click();
      await page.getByText('Nova tentativa em 1 s.').waitFor();
      await page.unroute('**/v1/predictions');
      await page.locator('.live-banner').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });
  });

  test('leaving the view switches the camera off', async () => {
    await visit(site(), live, async (page) => {
      await page.getByRole('button', { name: 'Ligar a câmera' }).click();
      await page.locator('.live-banner').waitFor();
      await page.getByRole('link', { name: 'Foto', exact: true }).click();
      await page.getByRole('heading', { name: /Aberta ou/ }).waitFor();
      await expectRest(page);
    });
  });

  test.each(['pt-BR', 'en'])('for everyone in every state (%s)', async (locale) => {
    await visit(site(), { ...live, locale }, async (page) => {
      await page.locator('.live-off').waitFor();
      await expectForEveryone(page, 'off');
      await page.keyboard.press('c');
      await page.locator('.live-banner').waitFor();
      await page.locator('.live-method summary').click();
      await expectForEveryone(page, 'live');
      await page.keyboard.press('p');
      await page.locator('.live-message').waitFor();
      await expectForEveryone(page, 'paused');
    });
    await visit(site(), { path: '/#/live', locale, prepare: refuseCamera }, async (page) => {
      await page.locator('.live-off button').click();
      await page.getByRole('alert').waitFor();
      await expectForEveryone(page, 'refused');
    });
  });
});

/** The addresses asked for from now on. */
function requestsOf(page: Page): string[] {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  return requests;
}

/** No frame is sent any more. */
async function expectRest(page: Page): Promise<void> {
  const requests = requestsOf(page);
  await page.waitForTimeout(1_000);
  expect(requests).toEqual([]);
}

function meanOf({ data }: RgbImage): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

/** From bytes: the decoder keeps sharp from opening files by itself. */
async function small(path: string): Promise<Buffer> {
  return sharp(await readFile(path))
    .resize(SIDE)
    .jpeg()
    .toBuffer();
}

function refuseCamera(context: { grantPermissions(names: string[]): Promise<void> }): Promise<void> {
  return context.grantPermissions([]);
}

/** As when another tab comes to the front, which no browser without a window does by itself. */
function setVisibility(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  return page.evaluate((now) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

function allTracksEnded(): boolean {
  const stream: unknown = Reflect.get(globalThis, 'opened');
  return stream instanceof MediaStream && stream.getTracks().every((track) => track.readyState === 'ended');
}
