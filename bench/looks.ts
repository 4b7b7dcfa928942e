// What each look is worth: a model that left pictures out is asked about them again with parts of its looking
// switched off. Nothing is trained; calibration and thresholds are cross-fitted anew for every row.
//
//   node bench/looks.ts --data PHOTOS --run RUN [--limit PICTURES] [--only 'name of a row']
//
// RUN is a finished run of `train --hold-out` or of `validate`.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scanDataset } from '../src/dataset/index.ts';
import { loadArtefact } from '../src/engine/artefact.ts';
import { createSession } from '../src/engine/session.ts';
import { crossFit, RAW_DECISION } from '../src/evaluate/decision.ts';
import { evaluateDataset } from '../src/evaluate/evaluate-dataset.ts';
import type { Row } from '../src/evaluate/results.ts';
import { sliceOf } from '../src/evaluate/summary.ts';
import { readResults } from '../src/evaluate/write-evaluation.ts';
import { sigmoid } from '../src/model/calibration.ts';
import type { Card, MouthArchitecture } from '../src/model/card.ts';
import type { Classifier } from '../src/model/classification.ts';
import { createClassifier, firstInput, type Networks } from '../src/model/classifier.ts';
import { presenceMap } from '../src/model/find-mouths.ts';
import { FINDER_CHANNELS } from '../src/model/mouth.ts';
import { evidenceOf } from '../src/model/presence.ts';
import { confidenceOf } from '../src/vision/verdict.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    run: { type: 'string' },
    limit: { type: 'string' },
    only: { type: 'string' },
  },
});
const { data, run } = values;
if (!data || !run) throw new Error('usage: node bench/looks.ts --data PHOTOS --run RUN');

const { card } = await loadArtefact(run, { threads: 1 });
if (card.architecture.arch !== 'mouth') throw new Error(`${run} has no mouth networks`);
const trained = card.architecture;
const [finder, reader] = await Promise.all(
  ['finder.onnx', 'reader.onnx'].map(async (file) =>
    createSession(await readFile(join(run, file)), { threads: 1 }),
  ),
);
const heldOut = await readResults(join(run, 'raw', 'results.json'));
const wanted = new Set(heldOut.rows.map(({ file }) => file));
const samples = (await scanDataset(data))
  .filter(({ file, label }) => wanted.has(file) && label !== 'unclear' && label !== 'mixed')
  .slice(0, Number(values.limit ?? Number.POSITIVE_INFINITY));

type Variant = Partial<MouthArchitecture & Pick<Card, 'maxSide'>>;

const FINDER_ALONE = 'without the second look';

const VARIANTS: Readonly<Record<string, Variant>> = {
  'as trained': {},
  'no correction of the place': { placeZooms: [] },
  'two rounds of correction': { placeZooms: [[3.5], [3.5]] },
  'necks never hidden': { stateDoubt: { below: 1e-9, bareZooms: [3.2] } },
  'necks always hidden too': { stateDoubt: { below: 1e9, bareZooms: [2.2, 3.2] } },
  // The finder's own opinion of the state, where it sees the likeliest mouth: no second network looks closer.
  [FINDER_ALONE]: {},
  'one zoom': { readerZooms: [2.8] },
  'four zooms': { readerZooms: [1.9, 2.4, 3.2, 4.2] },
  'sure of the strongest place': { doubt: { below: 0, mouths: 1, threshold: 1 } },
  'fainter mouths too': { finderThreshold: 0.15 },
  // Pictures without a bottle are often stored smaller: does a presence that learned from them go by that?
  'every picture at most 400 pixels': { maxSide: 400 },
};

console.log(`${heldOut.split}: ${samples.length} pictures\n`);
console.log(
  '| looks | right | balanced | AUC | of those told a state, right | uncertain | found | bottle-free told a state | ms of a core |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const [name, change] of Object.entries(VARIANTS)) {
  if (values.only && name !== values.only) continue;
  const { rows, ms } = await ask(change, name === FINDER_ALONE ? finderAlone : createClassifier);
  report(name, rows, ms);
  if (name === 'as trained') report('without the detector', rows.map(withoutDetector), ms);
}

async function ask(
  { maxSide = card.maxSide, ...change }: Variant,
  create: typeof createClassifier,
): Promise<{ rows: Row[]; ms: number }> {
  const { calibration, thresholds, ...presence } = RAW_DECISION;
  const architecture = { ...trained, ...change, ...presence };
  const raw = { ...card, maxSide, architecture, calibration, thresholds };
  const looking = create(raw, { finder, reader });
  let ms = 0;
  const timed: typeof looking = {
    card: raw,
    classify: async (image) => {
      // Processor time, not the clock's: other programs may share the core.
      const before = process.cpuUsage();
      const answer = await looking.classify(image);
      const { user, system } = process.cpuUsage(before);
      ms += (user + system) / 1_000;
      return answer;
    },
  };
  const { rows } = await evaluateDataset({ samples, classifier: timed, split: heldOut.split, inFlight: 1 });
  return { rows, ms: ms / samples.length };
}

/** One bottle a picture: presence and state as the finder's map has them at its highest peak. */
function finderAlone(raw: Card, networks: Networks): Classifier {
  return {
    card: raw,
    async classify(image) {
      const { map } = await networks.finder.run({ x: firstInput(raw, image) });
      const cells = map.dims[2];
      const values = presenceMap(map.data, cells);
      const at = values.indexOf(Math.max(...values));
      const pOpen = sigmoid(map.data[FINDER_CHANNELS.open * cells * cells + at]);
      const presence = values[at];
      const finds = evidenceOf(presence);
      const state = { pOpen, confidence: confidenceOf(pOpen), presence };
      const box = [0, 0, image.width, image.height] as const;
      const evidence = { finder: finds, reader: finds, small: 0, large: 0 };
      const verdict = pOpen < 0.5 ? 'closed' : 'open';
      const attention = { width: cells, height: cells, values };
      return { ...state, verdict, bottles: [{ ...state, box, state: verdict, evidence }], attention };
    },
  };
}

/** The columns of EVIDENCE that the detector fills say nothing either way. */
function withoutDetector(row: Row): Row {
  if (!row.answer) return row;
  const bottles = row.answer.bottles.map((bottle) => ({
    ...bottle,
    ...(bottle.evidence && { evidence: [...bottle.evidence.slice(0, 2), 0, 0] }),
  }));
  return { ...row, answer: { ...row.answer, bottles } };
}

function report(name: string, rows: readonly Row[], ms: number): void {
  const slice = sliceOf(crossFit(rows).rows);
  const ratio = (share: { count: number; of: number; value: number } | null): string =>
    share ? `${share.count} of ${share.of} (${(100 * share.value).toFixed(1)} %)` : '–';
  const percent = (share: number | null): string => (share === null ? '–' : (100 * share).toFixed(1));
  const cells = [
    name,
    ratio(slice.accuracy),
    percent(slice.balancedAccuracy),
    percent(slice.auc),
    ratio(slice.selectiveAccuracy),
    ratio(slice.uncertain),
    ratio(slice.found),
    ratio(slice.falseState),
    ms.toFixed(1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
