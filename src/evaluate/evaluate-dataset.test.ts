import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng } from '../decode/index.ts';
import type { Classifier } from '../model/classification.ts';
import { testCard } from '../model/test-card.ts';
import { createImage } from '../vision/rgb-image.ts';
import { evaluateDataset, type LabelledPicture } from './evaluate-dataset.ts';
import { inOrder } from './in-order.ts';
import { textSummary } from './text-summary.ts';
import { readResults, writeEvaluation } from './write-evaluation.ts';

const card = testCard({ name: 'red is open', maxSide: 64 });

/** Reads the state off the picture's first pixel: red is open, black is no bottle, anything else is closed. */
const redIsOpen: Classifier = {
  card,
  async classify({ data }) {
    const [red = 0, green = 0] = data;
    const pOpen = red > green ? 0.8 : 0.1;
    const verdict = red + green === 0 ? 'no_bottle' : red > green ? 'open' : 'closed';
    const attention = { width: 1, height: 1, values: Float32Array.of(0) };
    return { verdict, pOpen, confidence: 0.9, bottles: [], attention };
  },
};

const COLOURS = { red: [200, 0, 0], green: [0, 200, 0], black: [0, 0, 0] } as const;
let folder = '';
let samples: LabelledPicture[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-evaluate-'));
  const picture = async (
    name: string,
    label: LabelledPicture['label'],
    colour: keyof typeof COLOURS | null,
  ) => {
    const path = join(folder, `${name}.png`);
    await writeFile(path, colour ? await encodePng(createImage(16, 16, COLOURS[colour])) : 'no picture');
    return { file: `${name}.png`, path, label, group: name, source: label, kind: 'phone', beer: true };
  };
  samples = [
    await picture('a', 'open', 'red'),
    await picture('b', 'open', 'green'),
    await picture('c', 'closed', 'green'),
    await picture('d', 'none', 'black'),
    await picture('e', 'closed', null),
  ];
  samples.push({ ...(await picture('f', 'open', 'red')), path: join(folder, 'gone.png') });
});

afterAll(() => rm(folder, { recursive: true }));

describe('evaluateDataset', () => {
  it('gives a row to every sample, in order, the unreadable ones with their reason', async () => {
    const seen: number[] = [];
    const { model, rows } = await evaluateDataset({
      samples,
      classifier: redIsOpen,
      split: 'by hand',
      onRow: (_row, done) => seen.push(done),
    });
    expect(model).toBe(card.id);
    expect(rows.map(({ file }) => file)).toEqual(samples.map(({ file }) => file));
    expect(rows.map(({ answer }) => answer?.verdict)).toEqual([
      'open',
      'closed',
      'closed',
      'no_bottle',
      undefined,
      undefined,
    ]);
    expect(rows.flatMap(({ error }) => error?.code ?? [])).toEqual(['UNSUPPORTED_FORMAT', 'ENOENT']);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('leaves files that read back as they were, and says the same on the terminal', async () => {
    const results = await evaluateDataset({ samples, classifier: redIsOpen, split: 'by hand' });
    const out = join(folder, 'out');
    await writeEvaluation(out, { results, pathOf: (file) => join(folder, file) });
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'report.html', 'results.json', 'rows.csv']);
    expect(await readResults(join(out, 'results.json'))).toEqual(results);
    expect(JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8'))).toMatchObject({
      model: card.id,
      overall: { open: 2, closed: 1, accuracy: { count: 2, of: 3 } },
    });
    const text = textSummary(results);
    expect(text).toContain(
      '2 open and 1 closed bottles; left out: 0 unclear, 0 with both states, 2 unreadable',
    );
    expect(text).toMatch(/^open +50\.0 % · 1 of 2 · 1\.3–98\.7$/m);
    expect(text).toMatch(/^none, without a bottle +0\.0 % · 0 of 1 · 0\.0–97\.5 given a state$/m);
  });

  it('refuses results that are not results', async () => {
    const path = join(folder, 'wrong.json');
    await writeFile(path, '{"model":"x","name":"y","split":"z","rows":[{"file":3}]}');
    await expect(readResults(path)).rejects.toThrow(/wrong\.json: \/rows\/0/);
    await writeFile(path, '{');
    await expect(readResults(path)).rejects.toThrow('wrong.json is not JSON');
  });
});

describe('inOrder', () => {
  it('keeps the order, and never starts more than it may', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number) => {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, item % 3));
      running--;
      return item;
    };
    const results: number[] = [];
    for await (const result of inOrder([5, 2, 8, 1, 9, 3, 7], 3, work)) results.push(result);
    expect(results).toEqual([5, 2, 8, 1, 9, 3, 7]);
    expect(most).toBe(3);
  });
});
