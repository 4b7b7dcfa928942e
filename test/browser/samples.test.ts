// The bundled model and the sample pictures, as a newcomer meets them: one click, one verdict.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadArtefact } from '../../src/engine/artefact.ts';
import { readSamples } from '../../src/synth/samples.ts';
import { isPrediction } from '../../src/web/api/answer.ts';
import { en } from '../../src/web/text/en.ts';
import { ptBr } from '../../src/web/text/pt-br.ts';
import { PROJECT } from './built-page.ts';
import { hasChromium } from './chromium.ts';
import { useSite, visit } from './site.ts';

const LANGUAGES = [
  ['pt-BR', 'pt', ptBr],
  ['en', 'en', en],
] as const;

const model = join(PROJECT, 'models/default');
const folder = join(PROJECT, 'samples');
const complete = existsSync(join(model, 'card.json')) && existsSync(join(folder, 'hard-2.jpg'));
if (!complete) console.warn('Sample tests skipped: models/default or the sample pictures are missing.');

describe.skipIf(!hasChromium() || !complete)('the samples', () => {
  const site = useSite(async () => ({ classifier: await loadArtefact(model, { threads: 1 }) }));

  test.each(LANGUAGES)(
    'each gets the verdict that the API gives for the same bytes (%s)',
    async (locale, language, texts) => {
      await visit(site(), { locale }, async (page) => {
        const samples = await readSamples(folder);
        const shown = await page.locator('.sample').evaluateAll((all) => all.map((one) => one.dataset.file));
        expect(shown.length).toBeGreaterThanOrEqual(5);
        for (const file of shown) {
          const sample = samples.find((one) => one.file === file);
          if (sample === undefined) throw new Error(`${file}: not in samples.json`);
          const response = await fetch(`${site().url}/v1/predictions`, {
            method: 'POST',
            headers: { 'content-type': 'image/jpeg' },
            body: await readFile(join(folder, sample.file)),
          });
          const prediction: unknown = await response.json();
          if (!isPrediction(prediction)) throw new Error(`${file}: no prediction`);
          await page.getByRole('button', { name: sample.alt[language] }).click();
          await page.getByRole('img', { name: sample.file }).waitFor();
          await page
            .getByRole('heading', { name: texts[`verdict_${prediction.verdict}`], exact: true, level: 1 })
            .waitFor();
          expect(await page.locator('.box').count()).toBe(prediction.bottles.length);
          await page.locator('.details dd', { hasText: prediction.sha256 }).waitFor({ state: 'attached' });
        }
      });
    },
  );
});
