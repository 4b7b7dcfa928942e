// Hundreds of pictures at once: bad ones among them, a network that goes away, a server that is busy.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectForEveryone } from './axe.ts';
import { hasChromium } from './chromium.ts';
import { type PictureFile, pictureOf } from './pictures.ts';
import { testClassifier, useSite, visit } from './site.ts';

/** A machine that does other things too. */
const PATIENT = { timeout: 120_000 };
const BATCH = { path: '/#/batch' };

describe.skipIf(!hasChromium())('a batch', { timeout: 240_000 }, () => {
  let folder = '';
  let held = false;
  const site = useSite(() => ({
    classifier: {
      card: testClassifier.card,
      classify: async (image) => {
        while (held) await new Promise((resolve) => setTimeout(resolve, 20));
        return testClassifier.classify(image);
      },
    },
  }));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tampinha-batch-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const figure = (page: Page) => page.locator('.batch-figures strong').textContent();
  /** From the disk, as a person does: hundreds of buffers would take longer to hand over than to judge. */
  async function choose(page: Page, files: readonly PictureFile[]): Promise<void> {
    const place = await mkdtemp(join(folder, 'chosen-'));
    await Promise.all(files.map(({ name, buffer }) => writeFile(join(place, name), buffer)));
    await page.setInputFiles(
      '#batch-files',
      files.map(({ name }) => join(place, name)),
      PATIENT,
    );
  }
  const names = (page: Page) => page.locator('tbody .column-name').allTextContents();

  test('300 files, 5 of them bad, and the network goes away once: every one has its result', async () => {
    const files = await manyFiles(295);
    await visit(site(), { ...BATCH, refusals: true }, async (page) => {
      await choose(page, [...files, ...badFiles(files[0])]);
      await expect.poll(() => doneOf(page), PATIENT).toBeGreaterThan(40);
      await page.context().setOffline(true);
      await page.getByText('Não dá para falar com o servidor.').waitFor();
      const before = await doneOf(page);
      expect(before).toBeLessThan(300);
      expect(await page.locator('.batch-kind.is-failed b').allTextContents()).not.toContain('300');
      await page.context().setOffline(false);
      await expect.poll(() => figure(page), PATIENT).toBe('300 de 300');
      expect(await page.locator('.batch-kind.is-failed b').textContent()).toBe('5');
      await page.getByText('Pronto: 295 julgadas, 5 com falha.').waitFor({ state: 'attached' });

      // By what the table says of each verdict, the server's log and both downloads: the same 295 and 5.
      const csv = parse((await download(page, 'CSV')).replace(/^\uFEFF/, ''), { columns: true });
      expect(csv).toHaveLength(300);
      const list: unknown = JSON.parse(await download(page, 'JSON'));
      if (!Array.isArray(list)) throw new Error('not a list');
      const judged = list.filter((one) => 'verdict' in one);
      expect(judged).toHaveLength(295);
      expect(list.flatMap((one) => ('error' in one ? [one.error.code] : [])).sort()).toEqual([
        'BROKEN_PICTURE',
        'EMPTY_FILE',
        'FILE_TOO_LARGE',
        'UNSUPPORTED_FORMAT',
        'UNSUPPORTED_FORMAT',
      ]);
      for (const { file, verdict, id } of judged.slice(0, 20)) {
        expect(file).toContain(verdict);
        expect((await site().app.log.find(id))?.prediction?.verdict).toBe(verdict);
      }

      await page.locator('.batch-kind.is-failed').click();
      expect((await names(page)).sort()).toEqual(
        badFiles(files[0])
          .map(({ name }) => name)
          .sort(),
      );
      await page.getByText('O arquivo está vazio').waitFor();
    });
  }, 240_000);

  test('pause, go on, cancel, try again: nothing is lost', async () => {
    const files = await manyFiles(30);
    await visit(site(), BATCH, async (page) => {
      held = true;
      await choose(page, files);
      await page.locator('tr[data-stage=sending]').nth(3).waitFor();
      // Four at a time, never more.
      expect(await page.locator('tr[data-stage=sending]').count()).toBe(4);
      await page.getByRole('button', { name: 'Pausar' }).click();
      held = false;
      await expect.poll(() => figure(page), PATIENT).toBe('4 de 30');
      await page.waitForTimeout(500);
      expect(await figure(page)).toBe('4 de 30');
      held = true;
      await page.keyboard.press('p');
      await page.locator('tr[data-stage=sending]').nth(3).waitFor();
      await page.getByRole('button', { name: 'Cancelar' }).click();
      held = false;
      await expect.poll(() => figure(page), PATIENT).toBe('30 de 30');
      await page.getByRole('button', { name: 'Tentar de novo as que falharam (26)' }).click();
      await page.getByText('Pronto: 30 julgadas, 0 com falha.').waitFor({ state: 'attached', ...PATIENT });
      await page.getByRole('button', { name: 'Esvaziar a lista' }).click();
      await page.getByRole('button', { name: 'Esvaziar, com os resultados?' }).click();
      await page.getByText('ou solte fotos e pastas aqui').waitFor();
    });
  });

  test('goes on while the person looks at another view', async () => {
    const files = await manyFiles(12);
    await visit(site(), BATCH, async (page) => {
      held = true;
      await choose(page, files);
      await page.locator('tr[data-stage=sending]').first().waitFor();
      await page.getByRole('link', { name: 'Foto', exact: true }).click();
      await page.getByRole('heading', { name: /Aberta ou/ }).waitFor();
      held = false;
      await page.getByRole('link', { name: 'Lote', exact: true }).click();
      await expect.poll(() => figure(page), PATIENT).toBe('12 de 12');
    });
  });

  test('a busy server is waited for as long as it says, once for all', async () => {
    const files = await manyFiles(10);
    await visit(site(), { ...BATCH, refusals: true }, async (page) => {
      let refused = 0;
      await page.route('**/v1/predictions', async (route) => {
        if (refused >= 3) return route.continue();
        refused += 1;
        await route.fulfill({
          status: refused === 1 ? 429 : 503,
          headers: { 'retry-after': '2' },
          json: {
            error: 'Later',
            code: refused === 1 ? 'RATE_LIMITED' : 'OVERLOADED',
            retryable: true,
            values: { limit: 1, seconds: 2 },
            language: 'en',
            request_id: 'r-1',
          },
        });
      });
      await choose(page, files);
      await page.getByText(/O servidor pede para esperar [12] s/).waitFor();
      await page.getByText('Pronto: 10 julgadas, 0 com falha.').waitFor({ state: 'attached', ...PATIENT });
      expect(refused).toBe(3);
    });
  });

  test('a folder with what else lies in it, and the same files again', async () => {
    await mkdir(join(folder, 'garrafas', 'abertas'), { recursive: true });
    const [open, closed] = await Promise.all([pictureOf('open'), pictureOf('closed')]);
    await writeFile(join(folder, 'garrafas', 'abertas', 'um.jpg'), open.buffer);
    await writeFile(join(folder, 'garrafas', 'dois.jpg'), closed.buffer);
    await writeFile(join(folder, 'garrafas', 'leia.txt'), 'notes');
    await visit(site(), BATCH, async (page) => {
      await page.setInputFiles('#batch-folder', join(folder, 'garrafas'));
      await expect.poll(() => figure(page), PATIENT).toBe('2 de 2');
      expect(await names(page)).toEqual(['garrafas/abertas/um.jpg', 'garrafas/dois.jpg']);
      await page.getByText('Um arquivo de fora').waitFor();
      await page.setInputFiles('#batch-folder', join(folder, 'garrafas'));
      await page.getByText('3 arquivos de fora').waitFor();
      expect(await figure(page)).toBe('2 de 2');
    });
  });

  test('a folder dropped by hand is walked to its ends', async () => {
    const place = join(folder, 'dropped');
    await mkdir(join(place, 'a', 'b'), { recursive: true });
    const [open, closed] = await Promise.all([pictureOf('open'), pictureOf('closed')]);
    await writeFile(join(place, 'um.jpg'), open.buffer);
    await writeFile(join(place, 'a', 'b', 'dois.jpg'), closed.buffer);
    await writeFile(join(place, 'a', 'leia.txt'), 'notes');
    // A reader of the browser's hands out a folder a hundred entries at a time.
    for (const [index, { buffer }] of (await manyFiles(101)).entries()) {
      await writeFile(join(place, 'a', `${index}.jpg`), buffer);
    }
    await visit(site(), BATCH, async (page) => {
      await page.locator('.batch-intake').waitFor();
      await dropByHand(page, [place]);
      await expect.poll(() => figure(page), PATIENT).toBe('103 de 103');
      await page.getByText('Um arquivo de fora').waitFor();
      expect((await names(page)).slice(0, 2)).toEqual(['dropped/a/0.jpg', 'dropped/a/1.jpg']);
      await page.getByRole('button', { name: 'Próximas' }).click();
      await page.getByRole('button', { name: 'Próximas' }).click();
      expect((await names(page)).slice(-2)).toEqual(['dropped/a/b/dois.jpg', 'dropped/um.jpg']);
    });
  });

  test('dropped files; the table chosen, sorted and paged; one opened large', async () => {
    const files = await manyFiles(60);
    await visit(site(), BATCH, async (page) => {
      await page.locator('.batch-intake').waitFor();
      await drop(page, files);
      await expect.poll(() => figure(page), PATIENT).toBe('60 de 60');
      expect(await names(page)).toHaveLength(50);
      await page.getByText('1–50 de 60').waitFor();
      await page.getByRole('button', { name: 'Próximas' }).click();
      expect(await names(page)).toHaveLength(10);
      await page.locator('.batch-kind.is-uncertain').click();
      const uncertain = await names(page);
      expect(uncertain).toHaveLength(15);
      expect(uncertain.every((name) => name.startsWith('uncertain'))).toBe(true);
      await page.locator('.batch-kind.is-all').click();
      await page.getByRole('button', { name: 'Confiança' }).click();
      expect((await names(page))[0]).toMatch(/^uncertain/);
      expect(await page.locator('th.column-confidence').getAttribute('aria-sort')).toBe('ascending');
      await page.getByRole('combobox').selectOption('high');
      expect((await names(page)).some((name) => name.startsWith('uncertain'))).toBe(false);
      await page.locator('.batch-open').first().click();
      await page.getByRole('dialog').locator('.verdict').waitFor();
      await page.getByRole('dialog').locator('.stage img').waitFor();
      // From picture to picture by keyboard; what was answered goes into the history, and only that.
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => page.locator('#modal-title').textContent()).toBe((await names(page))[1]);
      await page.getByRole('dialog').locator('.verdict').waitFor();
      await page.keyboard.press('3');
      await page.getByRole('dialog').getByText('Anotado. Obrigado.').waitFor();
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => page.locator('#modal-title').textContent()).toBe((await names(page))[0]);
      expect(await page.getByRole('button', { name: '← Foto anterior' }).isDisabled()).toBe(true);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Histórico', exact: true }).click();
      await page.getByText('você: não é garrafa').waitFor();
      expect(await page.locator('.card').count()).toBe(1);
    });
  });

  test.each(['pt-BR', 'en'])('for everyone in every state (%s)', async (locale) => {
    const files = await manyFiles(8);
    await visit(site(), { ...BATCH, locale, refusals: true }, async (page) => {
      await page.locator('.batch-intake').waitFor();
      await expectForEveryone(page, 'empty');
      held = true;
      await choose(page, [...files, ...badFiles(files[0]).slice(0, 2)]);
      await page.locator('tr[data-stage=sending]').first().waitFor();
      await expectForEveryone(page, 'on the way');
      held = false;
      await expect.poll(() => page.locator('tr[data-stage=judged]').count(), PATIENT).toBe(8);
      await expectForEveryone(page, 'done');
      await page.locator('.batch-open').first().click();
      await page.getByRole('dialog').locator('.verdict').waitFor();
      await expectForEveryone(page, 'one opened');
    });
  });
});

async function doneOf(page: Page): Promise<number> {
  return Number.parseInt((await page.locator('.batch-figures strong').textContent()) ?? '0', 10);
}

/** Small pictures, named after their verdicts, no two with the same bytes. */
async function manyFiles(count: number): Promise<PictureFile[]> {
  const verdicts = ['open', 'closed', 'uncertain', 'no_bottle'] as const;
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const verdict = verdicts[index % verdicts.length] ?? 'open';
      const { buffer } = await pictureOf(verdict, { width: 30, height: 40 + index });
      return { name: `${verdict}-${index}.jpg`, mimeType: 'image/jpeg', buffer };
    }),
  );
}

/** Cut off, empty, a PDF, a text, one too large. */
function badFiles(good: PictureFile | undefined): PictureFile[] {
  const bytes = good?.buffer ?? Buffer.alloc(0);
  const jpeg = (name: string, buffer: Buffer): PictureFile => ({ name, mimeType: 'image/jpeg', buffer });
  return [
    jpeg('cut.jpg', bytes.subarray(0, bytes.length / 2)),
    jpeg('empty.jpg', Buffer.alloc(0)),
    jpeg('bill.jpg', Buffer.from('%PDF-1.7\n1 0 obj')),
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('oi') },
    jpeg('huge.jpg', Buffer.alloc(25_000_001)),
  ];
}

async function download(page: Page, name: string): Promise<string> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name, exact: true }).click();
  return readFile(await (await downloading).path(), 'utf8');
}

/** Files and folders dragged from the desktop: the browser's own events, with its own entries for what lies below. */
async function dropByHand(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  }
}

function drop(page: Page, files: readonly PictureFile[]): Promise<void> {
  const sent = files.map(
    ({ name, mimeType, buffer }) => [name, mimeType, buffer.toString('base64')] as const,
  );
  return page.evaluate((list) => {
    const dataTransfer = new DataTransfer();
    for (const [name, type, base64] of list) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], name, { type }));
    }
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, sent);
}
