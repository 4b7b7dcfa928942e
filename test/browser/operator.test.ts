// What whoever runs the server looks at: the review, the dashboard, the model's card.

import { randomUUIDv7 } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../src/contract/prediction-list.ts';
import type { Verdict } from '../../src/contract/verdict.ts';
import { scanDataset } from '../../src/dataset/index.ts';
import type { Proportion } from '../../src/model/card.ts';
import { isReviewList } from '../../src/web/views/review/review-api.ts';
import { expectForEveryone } from './axe.ts';
import { hasChromium } from './chromium.ts';
import { pictureOf, sha256 } from './pictures.ts';
import { testClassifier, useSite, visit } from './site.ts';
import { unpack } from './unpack.ts';

/** A machine that does other things too. */
const PATIENT = { timeout: 30_000 };

const proportion = (count: number, of: number): Proportion => ({
  value: count / of,
  count,
  of,
  interval: [count / of - 0.05, Math.min(1, count / of + 0.05)],
});

/** What a card may hold beside what the schema asks for. */
const FULL_CARD = {
  ...testClassifier.card,
  metrics: [
    {
      split: 'sources left out',
      accuracy: proportion(90, 100),
      openRecall: proportion(40, 50),
      closedRecall: proportion(50, 50),
      balancedAccuracy: 0.9,
      auc: 0.95,
      expectedCalibrationError: 0.03,
      bySource: { 'a-kitchen': proportion(9, 10), 'a-dark-bar': proportion(3, 10) },
      byKind: { phone: proportion(30, 40) },
      reliability: [
        { count: 40, open: 4, meanPOpen: 0.12, shareOpen: 0.1 },
        { count: 10, open: 8, meanPOpen: 0.9, shareOpen: 0.8 },
      ],
    },
  ],
  knownFailures: ['Foam over the rim reads as a cap'],
  licences: [{ what: 'the trunk', licence: 'Apache-2.0', from: 'npm somewhere 1.2.3' }],
  data: {
    manifestSha256: 'f00d',
    counts: { open: 12, closed: 34 },
    split: 'by source',
    origins: ['kitchen', 'bar'],
  },
  reference: {
    split: 'sources left out',
    verdicts: { open: 300, closed: 600, uncertain: 60, no_bottle: 40 },
    confidence: Array.from({ length: 20 }, (_, bar) => (bar < 10 ? 0 : 100)),
    brightness: Array.from({ length: 20 }, (_, bar) => (bar < 10 || bar > 13 ? 0 : 250)),
  },
};

function logged(createdMs: number, verdict: Verdict, pOpen: number, sha = '0'.repeat(64)): LogEntry {
  const created = new Date(createdMs).toISOString();
  const id = randomUUIDv7();
  return {
    id,
    created,
    request_id: randomUUIDv7(),
    route: '/v1/predictions',
    client: { address: '127.0.0.1', key_id: null, user_agent: null },
    outcome: 'answered',
    error: null,
    prediction: {
      id,
      created,
      file: `${verdict}.jpg`,
      verdict,
      p_open: pOpen,
      confidence: Math.max(pOpen, 1 - pOpen),
      bottles: [],
      model: testClassifier.card.id,
      ms: 30,
      timings: { decode: 5, infer: 25, total: 30 },
      width: 300,
      height: 400,
      format: 'jpeg',
      bytes: 1000,
      sha256: sha,
      // Much darker than what the card says it was tested on.
      brightness: 0.12,
    },
  };
}

const refused = (createdMs: number): LogEntry => ({
  ...logged(createdMs, 'open', 0.9),
  outcome: 'refused',
  prediction: null,
  error: { code: 'FILE_TOO_LARGE', file: 'big.jpg', bytes: null },
});

describe.skipIf(!hasChromium())('the review', () => {
  const site = useSite();
  const keeping = useSite(() => ({ config: { keepPictures: true } }));
  const text = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();
  const feedback = (id: string) => site().app.log.findFeedback(id);

  test('disputed first, then the least sure: labelled by keys, undone, finished', async () => {
    const { log } = site().app;
    const now = Date.now();
    const mine = await pictureOf('open', { name: 'from-disk.jpg' });
    const doubtful = logged(now - 3000, 'uncertain', 0.52, sha256(mine.buffer));
    const surer = logged(now - 2000, 'closed', 0.2);
    const disputed = logged(now - 1000, 'closed', 0.03);
    for (const entry of [doubtful, surer, disputed]) await log.append(entry);
    await log.saveFeedback({
      prediction: disputed.id,
      label: 'open',
      comment: 'a tampa está na mesa',
      created: new Date(now).toISOString(),
      reviewed: false,
    });
    await visit(site(), { path: '/#/review' }, async (page) => {
      await text(page, 'Contestada: alguém diz “aberta”, o modelo “Fechada”.');
      await text(page, 'a tampa está na mesa');
      await text(page, 'Este navegador não tem esta foto');
      await page.keyboard.press('1');
      await text(page, 'não soube dizer (52% para aberta)');
      await expect
        .poll(() => feedback(disputed.id), PATIENT)
        .toMatchObject({
          label: 'open',
          comment: 'a tampa está na mesa',
          reviewed: true,
        });
      // Undone, what was said before stands again, and the item is back.
      await page.keyboard.press('z');
      await text(page, 'Contestada');
      await expect
        .poll(() => feedback(disputed.id), PATIENT)
        .toMatchObject({ label: 'open', reviewed: false });
      await page.keyboard.press('1');
      // The picture of the next one lies on this computer: known by its content.
      await page.setInputFiles('#review-files', mine);
      await page.locator('.stage img').evaluate((image: HTMLImageElement) => image.decode());
      await page.locator('[data-label=closed]').click();
      await text(page, 'Ninguém conferiu; o modelo tinha 80% de certeza.');
      await page.keyboard.press('s');
      await text(page, 'Respondidas agora: 2.');
      await expect
        .poll(() => feedback(doubtful.id), PATIENT)
        .toMatchObject({ label: 'closed', reviewed: true });
      expect(await feedback(surer.id)).toBe(undefined);
    });
    // Whoever comes next finds only what was skipped.
    await visit(site(), { path: '/#/review' }, async (page) => {
      await text(page, '80% de certeza');
      await page.keyboard.press('4');
      await text(page, 'Respondidas agora: 1.');
      await page.reload();
      await text(page, 'Nada para revisar');
    });
  }, 240_000);

  test('pictures of the history are shown, with the boxes or, to judge freely, without', async () => {
    await visit(site(), {}, async (page) => {
      await page.setInputFiles('#file', await pictureOf('uncertain'));
      await page.locator('.feedback-label').first().waitFor();
      await page.goto(`${site().url}/#/review`);
      await page.locator('.review .stage img').evaluate((image: HTMLImageElement) => image.decode());
      await page.locator('.review .chip').waitFor();
      await page.keyboard.press('h');
      await page.locator('.review .chip').waitFor({ state: 'detached' });
      expect(await page.locator('.review-reason').count()).toBe(0);
    });
  });

  test('a picture that only the server has is shown, labelled and exported', async () => {
    const picture = await pictureOf('uncertain');
    await fetch(`${keeping().url}/v1/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', 'content-disposition': 'attachment; filename=linha-3.jpg' },
      body: Uint8Array.from(picture.buffer),
    });
    await visit(keeping(), { path: '/#/review', acceptDownloads: true }, async (page) => {
      await page.getByRole('img', { name: 'linha-3.jpg' }).waitFor();
      await page.locator('.review .chip').waitFor();
      await page.keyboard.press('2');
      await text(page, 'Acabou.');
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Exportar como dados de treino' }).click();
      const folder = await unpack(await downloading);
      const samples = await scanDataset(folder);
      expect(samples.map(({ label, file }) => [label, file])).toEqual([
        ['closed', `closed/${sha256(picture.buffer).slice(0, 16)}.jpg`],
      ]);
      await rm(folder, { recursive: true });
    });
  });

  test('labels whose pictures are nowhere at hand are counted', async () => {
    const lost = logged(Date.now(), 'closed', 0.1, 'b'.repeat(64));
    await site().app.log.append(lost);
    await site().app.log.saveFeedback({
      ...{ prediction: lost.id, label: 'closed', comment: null, reviewed: false },
      created: new Date().toISOString(),
    });
    await visit(site(), { path: '/#/review' }, async (page) => {
      await page.getByRole('button', { name: 'Exportar como dados de treino' }).click();
      await text(page, /Fotos exportadas: \d+\. Fotos respondidas que não estão aqui: [1-9]\d*\./);
    });
  });

  test('an answer that does not reach the server is kept, said and sent again', async () => {
    await site().app.log.append(logged(Date.now(), 'uncertain', 0.5));
    const queue: unknown = await (await fetch(`${site().url}/v1/review`)).json();
    const first = isReviewList(queue) ? queue.items[0]?.prediction.id : undefined;
    await visit(site(), { path: '/#/review', refusals: true }, async (page) => {
      await text(page, 'não soube dizer');
      await page.context().setOffline(true);
      await page.keyboard.press('3');
      await text(page, 'Respostas que não chegaram ao servidor: 1.');
      await page.context().setOffline(false);
      await page.getByRole('button', { name: 'Tentar de novo' }).click();
      await page.locator('.review-trouble').waitFor({ state: 'detached' });
      await expect
        .poll(() => feedback(String(first)), PATIENT)
        .toMatchObject({ label: 'none', reviewed: true });
    });
  });

  test.each(['pt-BR', 'en'])(
    'breaks no accessibility rule (%s)',
    async (locale) => {
      await site().app.log.append(logged(Date.now(), 'uncertain', 0.5));
      await visit(site(), { locale, path: '/#/review' }, async (page) => {
        await page.locator('.review-one').waitFor();
        await page.locator('.details summary').click();
        await expectForEveryone(page, 'an item without its picture');
      });
    },
    120_000,
  );
});

describe.skipIf(!hasChromium())('the dashboard', () => {
  const site = useSite(() => ({ classifier: { ...testClassifier, card: FULL_CARD } }));
  const { brightness, ...older } = FULL_CARD.reference;
  const bare = useSite(() => ({
    classifier: { ...testClassifier, card: { ...FULL_CARD, reference: older } },
  }));

  async function fill(): Promise<void> {
    const now = Date.now();
    const minutesAgo = (minutes: number): number => now - minutes * 60_000;
    const entries = [
      ...Array.from({ length: 60 }, (_, index) => logged(minutesAgo(index % 50), 'closed', 0.02)),
      ...Array.from({ length: 15 }, (_, index) => logged(minutesAgo(60 * (2 + index)), 'open', 0.97)),
      logged(minutesAgo(60 * 24 * 5), 'uncertain', 0.5),
      ...Array.from({ length: 5 }, () => refused(minutesAgo(3))),
    ];
    await Promise.all(entries.map((entry) => site().app.log.append(entry)));
  }

  test('shows the log in figures that words and tables repeat, by span, against the card', async () => {
    await fill();
    await visit(site(), { path: '/#/dashboard' }, async (page) => {
      await page.getByText(/Respostas: 75\. Fechadas 60, abertas 15/).waitFor();
      await page.getByText('5 de 80 pedidos e fotos foram recusados (6,3%).').waitFor();
      await page.locator('.codes code', { hasText: 'FILE_TOO_LARGE' }).waitFor();
      // Every figure drew something, and its table says what.
      expect(await page.locator('.plot canvas').count()).toBe(7);
      expect(await inkedPixels(page)).toBeGreaterThan(500);
      await page.locator('.figure', { hasText: 'Distribuição da confiança' }).locator('summary').click();
      const rows = page.locator('.figure .numbers tbody tr');
      await expect.poll(() => rows.count(), PATIENT).toBe(20);
      expect(await rows.last().textContent()).toContain('100%');
      await page.getByText('Em média 12%; 60% quando o modelo foi testado.').waitFor();
      // Sure answers only, where the test had as many doubtful ones; in the dark, where the test had light.
      const changes = await page.locator('.drift dl > div').allTextContents();
      for (const what of ['Confiança', 'Claridade das fotos']) {
        expect(changes.find((words) => words.startsWith(what))).toContain('muito diferente');
      }
      await page.getByRole('button', { name: 'Parte', exact: true }).click();
      await page.locator('.figure', { hasText: 'Respostas por veredito' }).locator('summary').click();
      const shares = page
        .locator('.figure', { hasText: 'Respostas por veredito' })
        .locator('tbody tr')
        .last();
      await expect.poll(() => shares.textContent(), PATIENT).toContain('100%');
      // How good the model was, with its count and its plot.
      await page.getByText('90 de 100').waitFor();
      expect(await page.locator('.reliability circle').count()).toBe(2);
      await page.getByRole('button', { name: '1 hora' }).click();
      await page.getByText(/Respostas: 60\. Fechadas 60, abertas 0/).waitFor();
      await page.getByRole('button', { name: '30 dias' }).click();
      await page.getByText(/Respostas: 76\./).waitFor();
    });
  }, 240_000);

  test('says so where the card was measured without the brightness', async () => {
    await bare().app.log.append(logged(Date.now(), 'closed', 0.1));
    await visit(bare(), { path: '/#/dashboard' }, async (page) => {
      await page.getByText('Parte das fotos por claridade').waitFor();
      await page.getByText('O cartão deste modelo não diz como era no teste.').first().waitFor();
      await page.locator('.drift dd', { hasText: 'o cartão não diz como era no teste' }).waitFor();
    });
  });

  test('asks again by itself while it is seen, unless it is paused', async () => {
    const prepare = async (context: { addInitScript(script: string): Promise<unknown> }): Promise<void> => {
      // Thirty seconds in half a second.
      await context.addInitScript(`{
        const own = setInterval;
        window.setInterval = (act, wait) => own(act, wait === 30000 ? 500 : wait);
      }`);
    };
    await visit(site(), { path: '/#/dashboard', prepare }, async (page) => {
      let asked = 0;
      page.on('request', (request) => {
        if (request.url().includes('/v1/statistics')) asked += 1;
      });
      await page.locator('.tiles').waitFor();
      await expect.poll(() => asked, PATIENT).toBeGreaterThan(2);
      await page.getByRole('button', { name: 'Pausar' }).click();
      await page.waitForLoadState('networkidle');
      const before = asked;
      await page.waitForTimeout(2_000);
      expect(asked - before).toBeLessThanOrEqual(1);
      await page.getByRole('button', { name: 'Retomar' }).click();
      await expect.poll(() => asked, PATIENT).toBeGreaterThan(before + 1);
      // As the browser does with a page in the background.
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
      });
      await page.waitForTimeout(700);
      const hidden = asked;
      await page.waitForTimeout(2_000);
      expect(asked).toBe(hidden);
    });
  }, 240_000);

  test('keeps the last numbers when the server is gone, and says so', async () => {
    await visit(site(), { path: '/#/dashboard', refusals: true }, async (page) => {
      await page.locator('.tiles').waitFor();
      await page.context().setOffline(true);
      await page.getByRole('button', { name: '7 dias' }).click();
      await page.getByRole('alert').filter({ hasText: 'números mais novos' }).waitFor();
      await page.locator('.tiles').waitFor();
      await page.context().setOffline(false);
      await page.getByRole('button', { name: 'Tentar de novo' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
    });
  });

  test.each(['pt-BR', 'en'])(
    'breaks no accessibility rule (%s)',
    async (locale) => {
      await visit(site(), { locale, path: '/#/dashboard' }, async (page) => {
        await page.locator('.figures').waitFor();
        for (const summary of await page.locator('.figure summary').all()) await summary.click();
        await expectForEveryone(page, 'every table open');
      });
    },
    120_000,
  );
});

/** How many pixels of the first plot have a colour of their own. */
function inkedPixels(page: Page): Promise<number> {
  return page
    .locator('.plot canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data = [] } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
      return data.filter((value, index) => index % 4 === 3 && value > 0).length;
    });
}

describe.skipIf(!hasChromium())('the model’s page', () => {
  const full = useSite(() => ({ classifier: { ...testClassifier, card: FULL_CARD } }));
  const bare = useSite();

  test('shows what the card holds: counts, intervals, slices, calibration, failures, licences', async () => {
    await visit(full(), { path: '/#/model' }, async (page) => {
      for (const words of [
        '90 de 100',
        'de 85,0% a 95,0%',
        'Foam over the rim reads as a cap',
        'npm somewhere 1.2.3',
        'Abaixo de 40% para aberta diz fechada, acima de 60% diz aberta',
      ])
        await page.getByText(words).first().waitFor();
      // The worst source first.
      const sources = page.locator('.slices', { hasText: 'Por fonte das fotos' }).locator('tbody th');
      expect(await sources.allTextContents()).toEqual(['a-dark-bar', 'a-kitchen']);
      expect(await page.locator('.reliability circle').count()).toBe(2);
    });
  });

  test('says plainly what a card does not hold', async () => {
    await visit(bare(), { path: '/#/model' }, async (page) => {
      await page.getByText('Este cartão não traz medição').waitFor();
      await page.getByText('não traz os pontos do gráfico').waitFor();
      await page.getByText('O cartão não cita nenhum').waitFor();
    });
  });

  test.each(['pt-BR', 'en'])(
    'breaks no accessibility rule (%s)',
    async (locale) => {
      await visit(full(), { locale, path: '/#/model' }, async (page) => {
        await page.locator('.card-parts').waitFor();
        for (const summary of await page.locator('.model summary').all()) await summary.click();
        await expectForEveryone(page, 'all of it unfolded');
      });
    },
    120_000,
  );
});
