// A line of the README's table from the rows of a run: of all of them, or of those whose group begins so.
//
//   node bench/results-line.ts --of runs/folds/seed-1/results.json --group challenge/ --out mouth-challenge \
//     --name 'mouth networks, run 16 of docs/experiments.md' --split 'challenge frames, no frame of any scene in training'
//
// Prints the count and writes docs/results/<out>.json.

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { metricsOf } from '../src/evaluate/summary.ts';
import { readResults } from '../src/evaluate/write-evaluation.ts';

const { values } = parseArgs({
  options: {
    of: { type: 'string' },
    group: { type: 'string', default: '' },
    name: { type: 'string' },
    split: { type: 'string' },
    out: { type: 'string' },
  },
});
const { of, group, name, split, out } = values;
if (!of || !name || !split || !out)
  throw new Error(
    'usage: node bench/results-line.ts --of RESULTS [--group PREFIX] --name … --split … --out …',
  );

const { rows } = await readResults(of);
const metrics = metricsOf(
  split,
  rows.filter((row) => row.group.startsWith(group)),
);
await writeFile(`docs/results/${out}.json`, `${JSON.stringify({ name, metrics: [metrics] }, null, 2)}\n`);
const { count, of: total, interval } = metrics.accuracy;
const percent = interval.map((share) => (100 * share).toFixed(1)).join('–');
console.log(`${count} of ${total} right, ${percent} %`);
