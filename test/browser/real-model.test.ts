// The bundled model all the way round: a sample judged, answered, taken away as data, reviewed, counted, and the card
// that the model brings.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadArtefact } from '../../src/engine/artefact.ts';
import { readSamples, type Sample } from '../../src/synth/samples.ts';
import { percent } from '../../src/web/text/format.ts';
import { isReviewList } from '../../src/web/views/review/review-api.ts';
import { PROJECT } from './built-page.ts';
import { hasChromium } from './chromium.ts';
import { useSite, visit } from './site.ts';
import { unpack } from './unpack.ts';

const folder = join(PROJECT, 'models/default');
const samples = join(PROJECT, 'samples');
const sample = join(samples, 'closed-1.jpg');
const complete = existsSync(join(folder, 'card.json')) && existsSync(sample);
if (!complete)
  console.warn('The round with the bundled model is skipped: the model or the samples are missing.');

const KEYS: Readonly<Record<Sample['label'], string>> = {
  ...{ open: '1', closed: '2', none: '3', unclear: '4', mixed: '4' },
};

describe.skipIf(!hasChromium() || !complete)('with the bundled model', { timeout: 240_000 }, () => {
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
      const place = await unpack(await downloading);
      const [picture = ''] = await readdir(join(place, said));
      expect(await readFile(join(place, said, picture))).toEqual(await readFile(sample));
      expect(await readFile(join(place, 'manifest.csv'), 'utf8')).toContain(card.id);
      await rm(place, { recursive: true });

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

  test('a folder is judged as a batch, reviewed by keys, taken away, and the next model learns from it', async () => {
    const all = await readSamples(samples);
    const keyOf = new Map(all.map(({ file, label }) => [`Sua foto: ${file}`, KEYS[label]]));
    let place = '';
    await visit(site(), { path: '/#/batch', acceptDownloads: true }, async (page) => {
      await page.setInputFiles('#batch-folder', samples);
      await page.getByText(`Pronto: ${all.length} julgadas, 0 com falha.`).waitFor({ state: 'attached' });
      await page.goto(`${site().url}/#/review`);
      // The server keeps no pictures and the history has no batches: the reviewer opens the folder.
      await page.setInputFiles('#export-folder', samples);
      await page.getByText(/^Fotos à mão: \d+\.$/).waitFor();
      const picture = page.locator('.review-picture .stage img');
      const queue: unknown = await (await fetch(`${site().url}/v1/review?limit=50`)).json();
      for (let left = isReviewList(queue) ? queue.items.length : 0; left > 0; left--) {
        const words = (await picture.getAttribute('alt')) ?? '';
        await page.keyboard.press(keyOf.get(words) ?? 'F1');
        await page.locator(`.review-picture .stage img[alt="${words}"]`).waitFor({ state: 'detached' });
      }
      await page.getByText('Acabou.').waitFor();
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Exportar como dados de treino' }).click();
      place = await unpack(await downloading);
      await page.getByText(`Fotos exportadas: ${all.length}.`).waitFor();
    });
    const counts = Object.fromEntries(
      (['open', 'closed', 'none'] as const).map((one) => [
        one,
        all.filter(({ label }) => label === one).length,
      ]),
    );
    for (const [label, count] of Object.entries(counts)) {
      expect(await readdir(join(place, label))).toHaveLength(count);
    }
    const out = await mkdtemp(join(tmpdir(), 'tampinha-next-'));
    // The network that is quickest to train, once over: what comes out is worth nothing, but it came out.
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[join(PROJECT, 'src/cli/main.ts'), 'train', '--data', place, '--out', out, '--arch', 'seed-cnn'],
      ...[
        '--epochs',
        '1',
        '--hold-out',
        'none',
        '--threads',
        '1',
        '--workers',
        '1',
        '--cache',
        join(out, 'cache'),
      ],
    ]);
    expect(stdout).toMatch(/model [0-9a-f]{12}/);
    const card: unknown = JSON.parse(await readFile(join(out, 'card.json'), 'utf8'));
    expect(card).toMatchObject({ data: { counts } });
    await Promise.all([place, out].map((folder) => rm(folder, { recursive: true })));
  });
});
