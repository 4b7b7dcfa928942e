// Every way in reaches a verdict, with the bytes that the person gave.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Classifier } from '../../src/model/classification.ts';
import type { RgbImage } from '../../src/vision/rgb-image.ts';
import { hasChromium } from './chromium.ts';
import { type PictureFile, pictureOf, rotatedPicture, sha256 } from './pictures.ts';
import { testClassifier, useSite, visit } from './site.ts';

const run = promisify(execFile);

describe.skipIf(!hasChromium())('a picture in, a verdict out', () => {
  // Shows the tests what the classifier saw, and lets them hold an answer back.
  let seen: RgbImage | null = null;
  let gate: Promise<void> = Promise.resolve();
  const classifier: Classifier = {
    card: testClassifier.card,
    classify: async (image) => {
      seen = image;
      await gate;
      return testClassifier.classify(image);
    },
  };
  const site = useSite(() => ({ classifier }));

  test('chosen by the button, in Portuguese', async () => {
    const picture = await pictureOf('open');
    await visit(site(), {}, async (page) => {
      const choosing = page.waitForEvent('filechooser');
      await page.locator('label.button-primary').click();
      await (await choosing).setFiles(picture);
      await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
      expect(await page.title()).toContain('garrafa aberta ou fechada');
      expect(await page.locator('html').getAttribute('lang')).toBe('pt-BR');
      await expectSent(page, picture);
    });
  });

  test('dropped anywhere, in English', async () => {
    const picture = await pictureOf('closed');
    await visit(site(), { locale: 'en-GB' }, async (page) => {
      await drag(page, 'dragover', picture);
      await page.getByText('Drop the photo', { exact: true }).waitFor();
      await drag(page, 'drop', picture);
      await page.getByRole('heading', { name: 'Closed', exact: true }).waitFor();
      await page.getByText('Drop the photo', { exact: true }).waitFor({ state: 'detached' });
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      await expectSent(page, picture);
    });
  });

  test('pasted with Ctrl+V and with the button', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    await visit(site(), { permissions }, async (page) => {
      await page.evaluate(async () => {
        const canvas = new OffscreenCanvas(30, 40);
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('no canvas');
        context.fillStyle = '#f00';
        context.fillRect(0, 0, 30, 40);
        const blob = await canvas.convertToBlob({ type: 'image/png' });
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
      });
      for (const paste of [
        () => page.keyboard.press('Control+V'),
        () => page.getByRole('button', { name: 'Colar' }).click(),
      ]) {
        await paste();
        await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
        // The browser encodes a pasted picture anew: the pixels are what must be the same.
        expect(seen).toMatchObject({ width: 30, height: 40 });
        expect([...(seen?.data.slice(0, 3) ?? [])]).toEqual([255, 0, 0]);
        await page.getByRole('link', { name: 'Tampinha' }).click();
        await page.getByRole('heading', { name: /Aberta ou/ }).waitFor();
      }
    });
  });

  test('a paste without a picture says so and leaves the verdict alone', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const picture = await pictureOf('closed');
    await visit(site(), { permissions }, async (page) => {
      await page.setInputFiles('#file', picture);
      await page.getByRole('heading', { name: 'Fechada', exact: true }).waitFor();
      await page.evaluate(() => navigator.clipboard.writeText('no picture'));
      await page.keyboard.press('Control+V');
      await page.getByText('Não há imagem na área de transferência.').waitFor();
      await page.getByRole('heading', { name: 'Fechada', exact: true }).waitFor();
      await page.getByRole('button', { name: 'Dispensar' }).click();
      await page.getByText('Não há imagem na área de transferência.').waitFor({ state: 'detached' });
    });
  });

  test('shot with the camera, whose light goes out afterwards', async () => {
    await visit(site(), { permissions: ['camera'] }, async (page) => {
      await page.evaluate(() => {
        const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await open(wish);
          Object.assign(globalThis, { opened: stream });
          return stream;
        };
      });
      await page.getByRole('button', { name: 'Câmera' }).click();
      await page.getByRole('button', { name: 'Tirar a foto' }).click();
      // The fake camera shows green.
      await page.getByRole('heading', { name: 'Fechada', exact: true }).waitFor();
      expect(seen?.width).toBeGreaterThanOrEqual(256);
      const ended = await page.evaluate(() => {
        const stream: unknown = Reflect.get(globalThis, 'opened');
        return (
          stream instanceof MediaStream && stream.getTracks().every((track) => track.readyState === 'ended')
        );
      });
      expect(ended).toBe(true);
    });
  });

  test('of two in a row only the second answers', async () => {
    const [first, second] = await Promise.all([pictureOf('open'), pictureOf('closed')]);
    await visit(site(), {}, async (page) => {
      let open = (): void => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      await page.setInputFiles('#file', first);
      await page.getByRole('heading', { name: /Olhando/ }).waitFor();
      await page.setInputFiles('#file', second);
      await page.getByRole('img', { name: 'Sua foto: closed.jpg' }).waitFor();
      open();
      await page.getByRole('heading', { name: 'Fechada', exact: true }).waitFor();
      await expectSent(page, second);
    });
  });

  test('the same file twice is judged twice', async () => {
    const picture = await pictureOf('open');
    await visit(site(), {}, async (page) => {
      const ids: string[] = [];
      for (const _ of [1, 2]) {
        const answered = page.waitForResponse('**/v1/predictions*');
        await page.setInputFiles('#file', picture);
        await answered;
        await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
        ids.push(await fact(page, 'Id da previsão'));
      }
      expect(new Set(ids).size).toBe(2);
    });
  });

  test('of several files the first is judged, and all can go on to the batch', async () => {
    const files = await Promise.all([pictureOf('closed'), pictureOf('open')]);
    await visit(site(), {}, async (page) => {
      await page.evaluate(() => document.querySelector('#file')?.setAttribute('multiple', ''));
      await page.setInputFiles('#file', files);
      await page.getByRole('heading', { name: 'Fechada', exact: true }).waitFor();
      await page.getByText('Vieram vários arquivos; o primeiro é o julgado.').waitFor();
      await page.getByRole('button', { name: 'Julgar todos' }).click();
      await page.getByText('2 de 2', { exact: true }).waitFor();
    });
  });

  test('a phone photo on its side: page and server mean the same picture', async () => {
    const picture = await rotatedPicture();
    await visit(site(), {}, async (page) => {
      await page.setInputFiles('#file', picture);
      await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
      expect(await page.locator('.boxes > svg').getAttribute('viewBox')).toBe('0 0 200 400');
      const shown = await page.locator('.picture').boundingBox();
      expect((shown?.height ?? 0) / (shown?.width ?? 1)).toBeCloseTo(2, 1);
      // The server's box is the upper left quarter; the close-up of it must show the mark that is there.
      await expect.poll(() => cornerOf(page, '.mouth-crop')).toEqual([255, 128, 0]);
    });
  });

  test('several bottles: a box, an icon and a word at each, and a list that points them out', async () => {
    const picture = await pictureOf('open', { width: 600, height: 400 });
    await visit(site(), {}, async (page) => {
      await page.setInputFiles('#file', picture);
      await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
      await expect
        .poll(() => page.locator('.chip').allTextContents())
        .toEqual(['1aberta', '2fechada', '3incerta']);
      await page.getByText('3 garrafas: 1 aberta, 1 fechada e 1 incerta.').first().waitFor();
      expect(await page.locator('.box').count()).toBe(3);
      expect(await page.locator('.chip svg').count()).toBe(3);
      await page.getByRole('button', { name: /^Garrafa 2 fechada 96%/ }).hover();
      expect(await page.locator('.box[data-highlighted="true"]').count()).toBe(1);
    });
  });

  test('on a phone a sample far below brings its verdict into view', async () => {
    const picture = await pictureOf('open');
    await visit(site(), { viewport: { width: 390, height: 844 } }, async (page) => {
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await page.setInputFiles('#file', picture);
      await page.locator('.verdict').waitFor();
      const top = (): Promise<number> =>
        page.locator('main').evaluate((main) => main.getBoundingClientRect().top);
      await expect.poll(top).toBeGreaterThan(-1);
    });
  });

  test('uncertain says what would help; no bottle too', async () => {
    const [unsure, nothing] = await Promise.all([pictureOf('uncertain'), pictureOf('no_bottle')]);
    await visit(site(), {}, async (page) => {
      await page.setInputFiles('#file', unsure);
      await page.getByRole('heading', { name: 'Não dá para afirmar' }).waitFor();
      await page.getByText('Mostre o gargalo inteiro, de lado ou um pouco de cima.').waitFor();
      await page.getByText('O modelo só decide abaixo de 40% ou acima de 60% para aberta.').waitFor();
      await page.setInputFiles('#file', nothing);
      await page.getByRole('heading', { name: 'Nenhuma garrafa' }).waitFor();
      await page.getByText('Deixe a boca da garrafa dentro da foto, sem cortar.').waitFor();
      expect(await page.locator('.box').count()).toBe(0);
    });
  });

  test('the heat map can be laid over the picture', async () => {
    const picture = await pictureOf('open');
    await visit(site(), {}, async (page) => {
      await page.setInputFiles('#file', picture);
      await page.getByLabel('Mostrar onde olhou').check();
      await page.locator('canvas.heatmap').waitFor();
      await page.keyboard.press('h');
      await page.locator('canvas.heatmap').waitFor({ state: 'detached' });
    });
  });

  test('the code shown makes the same request: curl, JavaScript and Python', async () => {
    const picture = await pictureOf('open', { name: `d'água $(x) "1".jpg` });
    const folder = await mkdtemp(join(tmpdir(), 'tampinha-snippets-'));
    await writeFile(join(folder, picture.name), picture.buffer);
    const runners = [
      ['curl', 'sh', ['-c']],
      ['JavaScript', process.execPath, ['--input-type=module', '-e']],
      ['Python', 'python3', ['-c']],
    ] as const;
    await visit(site(), {}, async (page) => {
      await page.setInputFiles('#file', picture);
      await page.getByText('Detalhes', { exact: true }).click();
      for (const [language, program, flags] of runners) {
        if (!(await isInstalled(language === 'curl' ? 'curl' : program))) {
          console.warn(`The ${language} snippet was not run: it is not installed here.`);
          continue;
        }
        await page.getByRole('button', { name: language, exact: true }).click();
        const code = await page.locator('.same-request pre').textContent();
        const { stdout } = await run(program, [...flags, code ?? ''], { cwd: folder });
        expect(stdout).toContain(sha256(picture.buffer));
      }
    });
    await rm(folder, { recursive: true });
  });

  test('the answer can be copied as JSON', async () => {
    const picture = await pictureOf('open');
    await visit(site(), { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await page.setInputFiles('#file', picture);
      await page.getByText('Detalhes', { exact: true }).click();
      await page.getByRole('button', { name: 'Copiar a resposta em JSON' }).click();
      await page.getByText('Copiado').waitFor();
      const copied: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
      expect(copied).toMatchObject({ verdict: 'open', sha256: sha256(picture.buffer) });
    });
  });
});

/** A value of the folded details. */
async function fact(page: Page, name: string): Promise<string> {
  return (await page.locator('.details dl > div', { hasText: name }).locator('dd').textContent()) ?? '';
}

/** The server has received exactly the file's bytes. */
async function expectSent(page: Page, { buffer }: PictureFile): Promise<void> {
  await expect.poll(() => page.locator('.details dd').allTextContents()).toContain(sha256(buffer));
}

async function drag(
  page: Page,
  type: 'dragover' | 'drop',
  { name, mimeType, buffer }: PictureFile,
): Promise<void> {
  const base64 = buffer.toString('base64');
  await page.evaluate(
    ([kind, fileName, fileType, text]) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], fileName, { type: fileType }));
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [type, name, mimeType, base64] as const,
  );
}

/** Red, green and blue well inside the upper left quarter of a canvas, rounded to what JPEG and scaling leave alone. */
function cornerOf(page: Page, selector: string): Promise<number[]> {
  return page.locator(selector).evaluate((element) => {
    if (!(element instanceof HTMLCanvasElement)) return [];
    const { width, height } = element;
    const pixel = element.getContext('2d')?.getImageData(width / 4, height / 4, 1, 1).data ?? [];
    return [...pixel].slice(0, 3).map((value) => Math.min(255, Math.round(value / 16) * 16));
  });
}

async function isInstalled(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}
