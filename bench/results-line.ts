// The mouth networks on the challenge frames alone, beside the seed's network on the same frames: taken from the
// rows of a run that left those frames' sources out.
//
//   node bench/challenge-frames.ts runs/folds/seed-1/results.json
//
// Prints the line and writes docs/results/mouth-challenge.json, which the README's table shows.

import { writeFile } from 'node:fs/promises';
import { metricsOf } from '../src/evaluate/summary.ts';
import { readResults } from '../src/evaluate/write-evaluation.ts';

const [path] = process.argv.slice(2);
if (!path) throw new Error('usage: node bench/challenge-frames.ts RESULTS');
const { rows } = await readResults(path);
const frames = rows.filter(({ group }) => group.startsWith('challenge/'));
const metrics = [metricsOf('challenge frames, no frame of any scene in training', frames)];
await writeFile(
  'docs/results/mouth-challenge.json',
  `${JSON.stringify({ name: 'mouth networks, run 16 of docs/experiments.md', metrics }, null, 2)}\n`,
);
const [{ accuracy }] = metrics;
console.log(
  `${accuracy.count} of ${accuracy.of} right, ${accuracy.interval.map((end) => (100 * end).toFixed(1)).join('–')} %`,
);
