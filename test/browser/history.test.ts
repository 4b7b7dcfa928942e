// What the browser keeps, what people say about it, and what can be taken away as training data.

import { readFile, rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { scanDataset } from '../../src/dataset/index.ts';
import { expectForEveryone } from './axe.ts';
import { hasChromium } from './chromium.ts';
import { pictureOf, type Shown } from './pictures.ts';
import { useSite, visit } from './site.ts';
import { unpack } from './unpack.ts';

/** A machine that does other things too. */
const PATIENT = { timeout: 30_000 };

describe.skipIf(!hasChromium())('the history', () => {
  const site = useSite();

  async function judge(page: Page, shown: Shown, name = `${shown}.jpg`): Promise<void> {
    await page.setInputFiles('#file', await pictureOf(shown, { name }));
    await page.locator(`.verdict.is-${shown}`).waitFor();
    await page.locator('.feedback-label').first().waitFor();
  }

  const answer = (page: Page, label: string) => page.locator(`[data-label=${label}]`).click();
  const cards = (page: Page) => page.locator('.card');
  const noted = (page: Page) => page.getByText('Anotado. Obrigado.').waitFor();

  async function toHistory(page: Page, entries: number): Promise<void> {
    await page.getByRole('link', { name: 'Histórico', exact: true }).first().click();
    await expect.poll(() => cards(page).count(), PATIENT).toBe(entries);
  }

  /** What the server's own log holds. */
  async function stored(page: Page): Promise<unknown> {
    const id = await page
      .locator('.details dd')
      .filter({ hasText: /^[0-9a-f]{8}-/ })
      .textContent();
    return site().app.log.findFeedback(String(id));
  }

  test('keeps what was judged, newest first, across a reload, and opens it again', async () => {
    await visit(site(), {}, async (page) => {
      await judge(page, 'open');
      await judge(page, 'closed');
      await toHistory(page, 2);
      expect(await cards(page).first().textContent()).toContain('Fechada');
      await page.reload();
      await cards(page).nth(1).click();
      await page.locator('.verdict.is-open').waitFor();
      await page.locator('.stage img').evaluate((image: HTMLImageElement) => image.decode());
      expect(await page.locator('.chip').count()).toBe(1);
      await page.keyboard.press('ArrowLeft');
      await page.locator('.verdict.is-closed').waitFor();
      await page.goBack();
      await page.locator('.verdict.is-open').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => cards(page).count(), PATIENT).toBe(2);
    });
  });

  test('an answer is one click, is stored with the prediction, and can be changed and taken back', async () => {
    await visit(site(), {}, async (page) => {
      await judge(page, 'open');
      await answer(page, 'open');
      await noted(page);
      expect(await stored(page)).toMatchObject({ label: 'open', comment: null });
      await answer(page, 'none');
      await noted(page);
      await expect.poll(() => stored(page), PATIENT).toMatchObject({ label: 'none' });
      await page.getByRole('button', { name: 'Comentário' }).click();
      await page.locator('#comment:focus').waitFor();
      await page.keyboard.type('é uma <b>lata</b>');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => stored(page), PATIENT)
        .toMatchObject({ label: 'none', comment: 'é uma <b>lata</b>' });
      await page.getByRole('button', { name: 'Desfazer' }).click();
      await expect.poll(() => stored(page), PATIENT).toBe(undefined);
      expect(await page.locator('.feedback-label:focus').count()).toBe(1);
    });
  });

  test('the digits answer too, and the history remembers', async () => {
    await visit(site(), {}, async (page) => {
      await judge(page, 'closed');
      await page.keyboard.press('1');
      await noted(page);
      expect(await stored(page)).toMatchObject({ label: 'open' });
      await toHistory(page, 1);
      await page.getByText('você: aberta').waitFor();
      await page.getByRole('button', { name: 'Erradas (1)' }).waitFor();
      await cards(page).first().click();
      await page.locator('[data-label=open][aria-pressed=true]').waitFor();
    });
  });

  test('an answer that does not reach the server says so and can be sent again', async () => {
    await visit(site(), { refusals: true }, async (page) => {
      await judge(page, 'open');
      await page.context().setOffline(true);
      await answer(page, 'closed');
      await page.getByText('Não foi anotado:').waitFor();
      await page.context().setOffline(false);
      await page.getByRole('button', { name: 'Tentar de novo' }).click();
      await noted(page);
      expect(await stored(page)).toMatchObject({ label: 'closed' });
    });
  });

  test('exports the answered pictures as a folder that training reads, byte for byte', async () => {
    let folder = '';
    await visit(site(), { acceptDownloads: true }, async (page) => {
      for (const [shown, label] of [
        ['open', 'open'],
        ['closed', 'none'],
        ['uncertain', 'closed'],
      ] as const) {
        await judge(page, shown);
        await answer(page, label);
        await noted(page);
      }
      await judge(page, 'no_bottle');
      await toHistory(page, 4);
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Exportar como dados de treino (3)' }).click();
      folder = await unpack(await downloading);
      await page.getByText('Fotos exportadas: 3.').waitFor();
    });
    const samples = await scanDataset(folder);
    expect(samples.map(({ label }) => label).sort()).toEqual(['closed', 'none', 'open']);
    const open = samples.find(({ label }) => label === 'open');
    expect(await readFile(open?.path ?? '')).toEqual((await pictureOf('open')).buffer);
    await rm(folder, { recursive: true });
  });

  test('is emptied after asking once more, entry by entry or all at once', async () => {
    await visit(site(), {}, async (page) => {
      await judge(page, 'open');
      await judge(page, 'closed');
      await toHistory(page, 2);
      await cards(page).first().click();
      await page.getByRole('button', { name: 'Esquecer esta foto' }).click();
      await expect.poll(() => cards(page).count(), PATIENT).toBe(1);
      await page.getByRole('button', { name: 'Apagar tudo' }).click();
      await page.getByRole('button', { name: 'Manter' }).click();
      await page.getByRole('button', { name: 'Apagar tudo' }).click();
      await page.getByRole('button', { name: 'Esquecer' }).click();
      await page.getByText('Ainda não há nada aqui.').waitFor();
    });
  });

  test('no picture stays in the memory that is not on show', async () => {
    const prepare = async (context: { addInitScript(script: string): Promise<unknown> }): Promise<void> => {
      await context.addInitScript(`{
        const { createObjectURL: make, revokeObjectURL: free } = URL;
        window.held = new Set();
        URL.createObjectURL = (blob) => { const url = make(blob); window.held.add(url); return url; };
        URL.revokeObjectURL = (url) => { window.held.delete(url); free(url); };
      }`);
    };
    await visit(site(), { prepare }, async (page) => {
      const held = (): Promise<number> => page.evaluate('window.held.size');
      for (const shown of ['open', 'closed', 'uncertain'] as const) await judge(page, shown);
      expect(await held()).toBe(1);
      await page.keyboard.press('Escape');
      await expect.poll(held, PATIENT).toBe(0);
      await toHistory(page, 3);
      await page.locator('.card img').nth(2).waitFor();
      await expect.poll(held, PATIENT).toBe(3);
      await page.getByRole('button', { name: 'Apagar tudo' }).click();
      await page.getByRole('button', { name: 'Esquecer' }).click();
      await page.getByText('Ainda não há nada aqui.').waitFor();
      await expect.poll(held, PATIENT).toBe(0);
    });
  });

  test('says so where the browser keeps nothing', async () => {
    const prepare = async (context: { addInitScript(script: string): Promise<unknown> }): Promise<void> => {
      await context.addInitScript(
        `IDBFactory.prototype.open = () => { throw new DOMException('blocked', 'SecurityError') }`,
      );
    };
    await visit(site(), { prepare }, async (page) => {
      await judge(page, 'open');
      await answer(page, 'open');
      await noted(page);
      await page.getByRole('link', { name: 'Histórico', exact: true }).first().click();
      await page.getByRole('alert').filter({ hasText: 'não guarda nada' }).waitFor();
    });
  });

  test.each(['pt-BR', 'en'])(
    'breaks no accessibility rule in any state (%s)',
    async (locale) => {
      await visit(site(), { locale, path: '/#/history' }, async (page) => {
        await page.locator('.history-nothing').waitFor();
        await expectForEveryone(page, 'nothing yet');
        await page.goto(`${site().url}/#/`);
        await judge(page, 'no_bottle');
        await answer(page, 'open');
        await page.locator('.feedback-outcome button').last().click();
        await expectForEveryone(page, 'answered, with a comment');
        await judge(page, 'uncertain', 'a-very-long-file-name-without-a-single-space-in-it-0123456789.jpg');
        await page.goto(`${site().url}/#/history`);
        await page.locator('.card img').nth(1).waitFor();
        await page.locator('.history-tools > .button').click();
        await expectForEveryone(page, 'the grid, asked whether to clear');
        await cards(page).nth(1).click();
        await page.locator('.feedback-label').first().waitFor();
        await expectForEveryone(page, 'one entry');
      });
    },
    240_000,
  );
});
