// The bundled model and the sample pictures, as a newcomer meets them: one click, one verdict.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadArtefact } from '../../src/engine/artefact.ts';
import { isPrediction } from '../../src/web/answer.ts';
import { en } from '../../src/web/text/en.ts';
import { ptBr } from '../../src/web/text/pt-br.ts';
import { PROJECT } from './built-page.ts';
import { hasChromium } from './chromium.ts';
import { useSite, visit } from './site.ts';

const NAMES = ['open', 'closed', 'several', 'none', 'hard'] as const;
const LANGUAGES = [
  ['pt-BR', ptBr],
  ['en', en],
] as const;

const model = join(PROJECT, 'models/default');
const sample = (name: string): string => join(PROJECT, 'samples', `${name}.jpg`);

describe.skipIf(!hasChromium() || !everythingIsThere())('the samples', () => {
  const site = useSite(async () => ({ classifier: await loadArtefact(model, { threads: 1 }) }));

  test.each(LANGUAGES)(
    'each gets the verdict that the API gives for the same bytes (%s)',
    async (locale, texts) => {
      await visit(site(), { locale }, async (page) => {
        for (const name of NAMES) {
          const response = await fetch(`${site().url}/v1/predictions`, {
            method: 'POST',
            headers: { 'content-type': 'image/jpeg' },
            body: await readFile(sample(name)),
          });
          const prediction: unknown = await response.json();
          if (!isPrediction(prediction)) throw new Error(`${name}: no prediction`);
          await page.getByRole('button', { name: texts[`sampleAlt_${name}`] }).click();
          await page.getByRole('img', { name: `${name}.jpg` }).waitFor();
          await page
            .getByRole('heading', { name: texts[`verdict_${prediction.verdict}`], exact: true, level: 1 })
            .waitFor();
          expect(await page.locator('.box').count()).toBe(prediction.bottles.length);
          expect(await page.locator('.details dd').allTextContents()).toContain(prediction.sha256);
        }
      });
    },
  );
});

function everythingIsThere(): boolean {
  const missing = [join(model, 'card.json'), ...NAMES.map(sample)].filter((path) => !existsSync(path));
  if (missing.length > 0) console.warn(`Sample tests skipped: missing ${missing.join(', ')}`);
  return missing.length === 0;
}
