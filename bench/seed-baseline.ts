// The seed project's network on the challenge frames, measured twice: as the seed would have split them (frames
// at random, five parts) and honestly (whole scenes left out, two parts). Every frame is judged once by a
// network that did not train on it; only the first way lets it train on the frame's neighbours.
//
//   node bench/seed-baseline.ts DATA [OUT]     about 20 minutes on two cores
//
// Prints the table and writes docs/results/seed-cnn.json, which the README's table shows beside the cards.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, manifestHash, regroup, scanDataset } from '../src/dataset/index.ts';
import type { Row } from '../src/evaluate/results.ts';
import { metricsOf, sliceOf } from '../src/evaluate/summary.ts';
import { readResults } from '../src/evaluate/write-evaluation.ts';
import { type HoldOut, RUN_FOLDERS, train } from '../src/train/train.ts';
import { SEED_CNN_SETTINGS } from '../src/train/train-seed-cnn.ts';

const [data, out = 'runs/seed-baseline'] = process.argv.slice(2);
if (!data) throw new Error('usage: node bench/seed-baseline.ts DATA [OUT]');

const frames = (await scanDataset(data)).filter(({ group }) => group.startsWith('challenge/'));
const identities = await identify(frames);
const { samples } = regroup(identities);
const contents = new Map(identities.map(({ sample: { path }, sha256 }) => [path, sha256 ?? '']));

async function crossValidate(by: HoldOut['by'], folds: number): Promise<Row[]> {
  const rows = [];
  for (let fold = 0; fold < folds; fold++) {
    const folder = join(out, `${by}-${fold}`);
    await train(
      {
        recipe: { arch: 'seed-cnn', settings: SEED_CNN_SETTINGS },
        name: 'seed-cnn',
        created: new Date().toISOString(),
        samples,
        manifestSha256: manifestHash(identities),
        contents,
        annotations: new Map(),
        holdOut: { by, fold, folds, seed: 1 },
        extra: [],
        heldOutElsewhere: [],
        golden: [],
      },
      {
        folder,
        threads: 2,
        workers: 2,
        cache: '.cache/decoded',
        signal: new AbortController().signal,
        onProgress: (stage, done, of) => {
          if (done === of) process.stderr.write(`${by} ${fold + 1}/${folds}: ${stage} ${done}\n`);
        },
      },
    );
    rows.push(...(await readResults(join(folder, RUN_FOLDERS.raw, 'results.json'))).rows);
  }
  return rows;
}

const random = await crossValidate('random', 5);
const scenes = await crossValidate('group', 2);
const metrics = [
  metricsOf('challenge frames, random split (leaks scenes), 5 parts', random),
  metricsOf('challenge frames, whole scenes left out, 2 parts', scenes),
];
await mkdir('docs/results', { recursive: true });
await writeFile('docs/results/seed-cnn.json', `${JSON.stringify({ name: 'seed-cnn', metrics }, null, 2)}\n`);
for (const [split, { accuracy, balancedAccuracy }] of Object.entries({
  random: sliceOf(random),
  'scenes left out': sliceOf(scenes),
})) {
  const [low, high] = accuracy?.interval ?? [0, 0];
  const percent = (share: number): string => (100 * share).toFixed(1);
  console.log(
    `${split}: ${accuracy?.count} of ${accuracy?.of} right, ${percent(accuracy?.value ?? 0)} % (${percent(low)}–${percent(high)}), balanced ${percent(balancedAccuracy ?? 0)} %`,
  );
}
