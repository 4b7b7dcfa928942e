import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnnotatedPicture } from '../../dataset/index.ts';
import { encodePng } from '../../decode/index.ts';
import type { Classifier } from '../../model/classification.ts';
import { testCard } from '../../model/test-card.ts';
import { createImage, type RgbImage } from '../../vision/rgb-image.ts';
import type { LabelledPicture } from '../evaluate-dataset.ts';
import { evaluateMasked } from './evaluate-masked.ts';
import { writeMasking } from './masking-report.ts';
import { maskingText } from './masking-summary.ts';

const SIDE = 80;
const MOUTH = { cx: 0.5, cy: 0.4, d: 0.06, angle: 0 } as const;

/** Looks at one pixel: red is open, blue is closed, anything else is no bottle. */
function looksAt(x: number, y: number): Classifier {
  return {
    card: testCard({ name: 'one pixel', maxSide: 640 }),
    async classify({ width, data }: RgbImage) {
      const [red = 0, , blue = 0] = data.subarray((y * width + x) * 3);
      const verdict = red > 150 && blue < 100 ? 'open' : blue > 150 && red < 100 ? 'closed' : 'no_bottle';
      const pOpen = verdict === 'open' ? 0.9 : verdict === 'closed' ? 0.1 : 0.5;
      const attention = { width: 1, height: 1, values: Float32Array.of(0) };
      return { verdict, pOpen, confidence: 0.9, bottles: [], attention };
    },
  };
}

const atMouth = looksAt(MOUTH.cx * SIDE, MOUTH.cy * SIDE);
const inCorner = looksAt(2, 2);

let folder = '';
const samples: LabelledPicture[] = [];
const mouths = new Map<string, AnnotatedPicture>();

/** Mouth and corner have the colour of the label, everything between them is grey. */
async function put(file: string, label: 'open' | 'closed' | 'none', marks: { crowd: boolean } | null) {
  const image = createImage(SIDE, SIDE, [128, 128, 128]);
  const paint = (left: number, top: number) => {
    for (let y = top; y < top + 5; y++)
      for (let x = left; x < left + 5; x++)
        image.data.set(label === 'open' ? [220, 0, 0] : [0, 0, 220], (y * SIDE + x) * 3);
  };
  paint(MOUTH.cx * SIDE - 2, MOUTH.cy * SIDE - 2);
  paint(0, 0);
  const path = join(folder, file);
  await writeFile(path, await encodePng(image));
  samples.push({ file, path, label, group: file, source: 's', kind: '', beer: false });
  const state = label === 'open' ? 'open' : 'closed';
  if (marks) mouths.set(file, { file, mouths: [{ ...MOUTH, state }], crowd: marks.crowd });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'masking-'));
  for (let i = 0; i < 4; i++) await put(`${i}.png`, i % 2 ? 'open' : 'closed', { crowd: false });
  await put('crowd.png', 'open', { crowd: true });
  await put('unmarked.png', 'closed', null);
  await put('glass.png', 'none', null);
});
afterAll(() => rm(folder, { recursive: true }));

const verdictsOf = async (classifier: Classifier) => {
  const { forms } = await evaluateMasked({ samples, mouths, classifier, split: 'drawn' });
  const verdicts = (form: keyof typeof forms) => forms[form].rows.map(({ answer }) => answer?.verdict);
  return [verdicts('intact'), verdicts('mouth_hidden'), verdicts('rest_hidden')];
};

describe('the masking test', () => {
  const right = ['closed', 'open', 'closed', 'open'];
  const lost = Array(4).fill('no_bottle');

  it('takes the answer from a classifier that looks at the mouth, and from none that looks elsewhere', async () => {
    expect(await verdictsOf(atMouth)).toEqual([right, lost, right]);
    expect(await verdictsOf(inCorner)).toEqual([right, right, lost]);
  });

  it('asks only about bottles whose every mouth is marked, and says what it left out', async () => {
    const masked = await evaluateMasked({ samples, mouths, classifier: atMouth, split: 'drawn' });
    expect(masked.leftOut).toEqual({ unmarked: 1, crowded: 1 });
    const text = maskingText(masked);
    expect(text).toContain('4 bottles with every mouth marked; left out: 1 without a mark, 1 with more');
    // 4 of 4 and 0 of 4 with Clopper–Pearson's limits, as binom.test(4, 4) of R gives them.
    expect(text).toMatch(/\| intact \| 100.0 % · 4 of 4 · 39.8–100.0 \|/);
    expect(text).toMatch(/\| mouth hidden \|.*\| 0.0 % · 0 of 4 · 0.0–60.2 \| – \| 100.0 % · 4 of 4/);
  });

  it('writes its rows and a page with pictures inside', async () => {
    const masked = await evaluateMasked({ samples, mouths, classifier: inCorner, split: 'drawn' });
    const out = join(folder, 'out');
    await writeMasking(out, { masked, mouths, pathOf: (file) => join(folder, file) });
    expect(JSON.parse(await readFile(join(out, 'masking.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(masked)),
    );
    const page = await readFile(join(out, 'masking.html'), 'utf8');
    // Four pictures that are still told without their mouths, each in three forms.
    expect(page.match(/data:image\/webp/g)).toHaveLength(12);
    expect(page).not.toMatch(/https?:/);
  });
});
