// The bundled model all the way round: a sample judged, answered, taken away as data, reviewed, counted, and the card
// that the model brings.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { loadArtefact } from '../../src/engine/artefact.ts';
import { percent } from '../../src/web/text/format.ts';
import { PROJECT } from './built-page.ts';
import { hasChromium } from './chromium.ts';
import { useSite, visit } from './site.ts';

const folder = join(PROJECT, 'models/default');
const sample = join(PROJECT, 'samples/closed-1.jpg');
const complete = existsSync(join(folder, 'card.json')) && existsSync(sample);
if (!complete)
  console.warn('The round with the bundled model is skipped: the model or the samples are missing.');

describe.skipIf(!hasChromium() || !complete)('with the bundled model', () => {
  const model = loadArtefact(folder, { threads: 1 });
  const site = useSite(async () => ({ classifier: await model }));

  test('a picture goes from its verdict to training data, the review, the dashboard and the card', async () => {
    const { card } = await model;
    await visit(site(), { acceptDownloads: true }, async (page) => {
      await page.setInputFiles('#file', sample);
      await page.locator('.verdict').waitFor();
      // Whatever the verdict was, somebody sees something else.
      const said = (await page.locator('.verdict.is-open').count()) > 0 ? 'closed' : 'open';
      await page.locator(`[data-label=${said}]`).click();
      await page.getByText('Anotado. Obrigado.').waitFor();

      await page.goto(`${site().url}/#/history`);
      await page.locator('.card img').waitFor();
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: /^Exportar como dados de treino/ }).click();
      const files = unzipSync(await readFile(await (await downloading).path()));
      const picture = Object.keys(files).find((path) => path.startsWith(`${said}/`)) ?? '';
      expect(Buffer.from(files[picture] ?? [])).toEqual(await readFile(sample));
      expect(Buffer.from(files['manifest.csv'] ?? []).toString()).toContain(card.id);

      await page.goto(`${site().url}/#/dashboard`);
      await page.getByText(/^Respostas: 1\./).waitFor();

      await page.goto(`${site().url}/#/model`);
      await page.getByText(card.id).first().waitFor();
      const [measured] = card.metrics;
      if (measured !== undefined) {
        const { count, of } = measured.accuracy;
        await page.getByText(`${count} de ${of}`).first().waitFor();
      }
      const band = [card.thresholds.closedBelow, card.thresholds.openAbove].map((edge) =>
        percent(edge, 'pt'),
      );
      await page.getByText(new RegExp(`Abaixo de ${band[0]} .* acima de ${band[1]}`)).waitFor();
    });
  });
});
