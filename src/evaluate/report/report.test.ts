import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng } from '../../decode/index.ts';
import { createImage } from '../../vision/rgb-image.ts';
import { readMeasured } from '../measured.ts';
import type { Results, Row } from '../results.ts';
import { html } from './html.ts';
import { inventedBottles, wrongStates } from './mistakes.ts';
import { ticks } from './plot.ts';
import { renderReport } from './report.ts';
import { parseTrainingLog, trainingPlots } from './training-curves.ts';

function row(file: string, label: Row['label'], pOpen: number): Row {
  const verdict = pOpen >= 0.5 ? 'open' : 'closed';
  const confidence = Math.max(pOpen, 1 - pOpen);
  const bottle = { box: [10, 10, 20, 20] as [number, number, number, number], state: verdict, confidence };
  return {
    file,
    label,
    group: file,
    source: 'a <b>',
    kind: 'phone',
    beer: true,
    answer: {
      verdict,
      p_open: pOpen,
      confidence,
      bottles: [{ ...bottle, state: verdict, p_open: pOpen, presence: 1 }],
      ms: 3,
    },
    error: null,
  };
}

const rows = [
  row('right.png', 'open', 0.9),
  row('wrong.png', 'closed', 0.8),
  row('very wrong.png', 'open', 0.01),
  row('glass.png', 'none', 0.7),
];
const results: Results = { model: '0123456789ab', name: 'ours', split: 'by hand', rows };

describe('report', () => {
  let folder = '';

  it('shows beside it what the seed’s network reached, split its way and honestly', async () => {
    const seed = (await readMeasured()).filter(({ name }) => name === 'seed-cnn');
    expect(seed.flatMap(({ metrics }) => metrics)).toHaveLength(2);
    const page = await renderReport({
      results: { ...results, rows: [] },
      references: seed,
      pathOf: (file) => file,
    });
    for (const { split, accuracy } of seed.flatMap(({ metrics }) => metrics)) {
      expect(page).toContain(split);
      expect(page).toContain(`${accuracy.count} of ${accuracy.of}`);
    }
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tampinha-report-'));
    for (const { file } of rows) await writeFile(join(folder, file), await encodePng(createImage(64, 48)));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('shows figures, both models and the mistakes, and asks for nothing outside itself', async () => {
    const page = await renderReport({
      results,
      baseline: { ...results, name: 'seed-cnn' },
      trainingLog: parseTrainingLog('{"step":1,"loss":0.7}\n{"step":2,"loss":0.5}\n'),
      pathOf: (file) => join(folder, file),
    });
    for (const text of [
      'By hand',
      '3 bottles of known state',
      'seed-cnn',
      '>loss<',
      'a &lt;b&gt;',
      'wrong.png',
    ])
      expect(page.toLowerCase()).toContain(text.toLowerCase());
    expect(page).not.toContain('a <b>');
    expect(page.match(/data:image\/webp;base64,/g)).toHaveLength(3);
    expect(page).not.toMatch(/(src|href)="(?!data:)|url\(|@import|<script/);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('names mistakes whose pictures are not here', async () => {
    const page = await renderReport({ results, pathOf: (file) => join(folder, 'elsewhere', file) });
    expect(page).toContain('very wrong.png');
    expect(page).not.toContain('<img');
  });
});

describe('worst mistakes', () => {
  it('are the surest ones, and no right answer is among them', () => {
    expect(wrongStates(rows, 9).map(({ row: { file } }) => file)).toEqual(['very wrong.png', 'wrong.png']);
    expect(wrongStates(rows, 1)).toHaveLength(1);
    expect(inventedBottles(rows, 9).map(({ row: { file } }) => file)).toEqual(['glass.png']);
  });
});

describe('template', () => {
  it('lets no value become markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a') }), (text) => {
        const { text: markup } = html`<p title="${text}">${[text, html`<br>`]}</p>`;
        const inside = markup.slice('<p title="'.length, -'<br></p>'.length);
        expect(inside.match(/[<>"']/g)?.join('')).toBe('">');
        const back = inside.split('">')[1]?.replace(/&lt;/g, '<').replace(/&gt;/g, '>');
        expect(
          back
            ?.replace(/&quot;/g, '"')
            .replace(/&#39;/g, "'")
            .replace(/&amp;/g, '&'),
        ).toBe(text);
      }),
    );
  });
});

describe('axis ticks', () => {
  it('are round, inside the range, and neither too few nor too many', () => {
    expect(ticks([0, 1]).map((tick) => tick.toFixed(1))).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    const range = fc.tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(range, ([low, width]) => {
        const all = ticks([low, low + width]);
        const slack = 1e-6 * width;
        expect(all.length).toBeGreaterThanOrEqual(2);
        expect(all.length).toBeLessThanOrEqual(7);
        expect(Math.min(...all)).toBeGreaterThanOrEqual(low - slack);
        expect(Math.max(...all)).toBeLessThanOrEqual(low + width + slack);
      }),
    );
  });
});

describe('training log', () => {
  it('keeps numbers and survives whatever a crash leaves behind', () => {
    expect(parseTrainingLog('{"step":1,"loss":0.5,"note":"x"}\n\n[1]\nnull\n{"step":2,"lo')).toEqual([
      { step: 1, loss: 0.5 },
      { '0': 1 },
    ]);
    fc.assert(fc.property(fc.string(), (text) => void trainingPlots(parseTrainingLog(text))));
  });

  it('becomes a plot for each thing that changed, over steps or epochs', () => {
    const lines = [0, 1, 2].map((epoch) => ({ epoch, loss: 1 / (epoch + 1), ms: 5 }));
    expect(trainingPlots(lines)).toHaveLength(1);
    expect(trainingPlots([{ loss: 1 }, { loss: 2 }])).toEqual([]);
  });
});
