// The recipe of the mouth networks: the finder first; then, with what it finds, the reader.

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asTrained, exportFinder, exportReader, trainsRounded } from '../model/export.ts';
import { trunkPrefix } from '../model/mobilenet.ts';
import { finder, reader } from '../model/mouth.ts';
import { ADAMW } from '../nn/optimiser.ts';
import { initialiseWeights } from '../nn/parameters.ts';
import type { Tensor } from '../nn/tensor.ts';
import { writeTrainingStep } from '../nn/training-step.ts';
import type { BatchJob } from './batch-sources.ts';
import { FINDER_SIZE, READER_SIZE } from './constants.ts';
import { inEightBits } from './eight-bits.ts';
import { finderLoss } from './finder-loss.ts';
import { type LookResult, lookWithFinder } from './look.ts';
import type { LoopSettings } from './loop.ts';
import { MOUTH_ARCHITECTURE } from './mouth-architecture.ts';
import type { MouthStart } from './mouth-start.ts';
import type { TrainingPicture } from './pictures.ts';
import { readerLoss } from './reader-loss.ts';
import { cacheShare, type RunPorts } from './run-ports.ts';
import { fingerprintOf, runOverBatches } from './train-batches.ts';
import { TrainingError } from './training-error.ts';

export interface MouthSettings {
  readonly seed: number;
  readonly finderSteps: number;
  readonly finderBatch: number;
  readonly readerSteps: number;
  readonly readerBatch: number;
  /** Training pictures whose activations tell the grids of the integer networks. */
  readonly observedPictures: number;
}

export const MOUTH_SETTINGS: MouthSettings = {
  seed: 1,
  finderSteps: 900,
  finderBatch: 16,
  readerSteps: 2000,
  readerBatch: 32,
  observedPictures: 200,
};

/** The trunk is frozen to stride 8: its edges and textures are what the pretraining is for. */
const FROZEN_BLOCKS = 5;

const COMMON = {
  warmup: 100,
  learningRate: 1e-3,
  floor: 0.02,
  adamW: { ...ADAMW, weightDecay: 0.02 },
  averageDecay: 0.998,
  checkpointEvery: 200,
} as const;

/** What differs between the two; `stream` keeps their random numbers apart. */
const NETWORKS = {
  finder: { network: finder, lossOf: finderLoss, size: FINDER_SIZE, stream: 1 },
  reader: { network: reader, lossOf: readerLoss, size: READER_SIZE, stream: 2 },
} as const;

/**
 * Trains both networks and returns their files, or null when it was stopped before the end. Where no mouth of
 * any picture was clicked there is nothing that could teach the finder geometry, so it stays as it starts.
 */
export async function trainMouth(
  pictures: readonly TrainingPicture[],
  { seed, finderSteps, finderBatch, readerSteps, readerBatch, observedPictures }: MouthSettings,
  start: MouthStart,
  ports: RunPorts,
): Promise<Record<'finder' | 'reader', Uint8Array> | null> {
  const clicked = pictures.some(({ mouths }) => mouths !== null);
  if (!clicked && !start.finder.has('head.mouth.weight')) {
    throw new TrainingError(
      'no mouth was clicked, so the finder cannot be trained: start from a model that has one',
    );
  }
  const finderWeights = clicked
    ? await trainOne('finder', { pictures, falseMouths: [] }, finderSteps, finderBatch, seed, start, ports)
    : start.finder;
  if (!finderWeights) return null;
  // What training does not touch, the bottle detector, travels with what it does.
  const finding = new Map([...start.finder, ...finderWeights]);
  const finderAsTrained = asTrained(finding);
  const seen = await lookOnce(exportFinder(finderAsTrained, FINDER_SIZE), pictures, ports);
  for (const state of ['open', 'closed']) {
    if (!seen.pictures.some(({ mouths }) => mouths?.some((mouth) => mouth.state === state))) {
      throw new TrainingError(
        `the finder sees no mouth on any ${state} picture: show necks closer, or click them`,
      );
    }
  }
  const reading = await trainOne('reader', seen, readerSteps, readerBatch, seed, start, ports);
  if (!reading) return null;
  // What another training may start from has not been rounded to integers yet.
  await writeFile(join(ports.folder, 'finder.onnx'), exportFinder(finding, FINDER_SIZE));
  await writeFile(join(ports.folder, 'reader.onnx'), exportReader(reading, READER_SIZE));
  const observe = { seed, count: observedPictures };
  return inEightBits({ finder: finderAsTrained, reader: asTrained(reading) }, pictures, observe, ports);
}

async function trainOne(
  name: 'finder' | 'reader',
  seen: LookResult,
  steps: number,
  count: number,
  seed: number,
  start: MouthStart,
  ports: RunPorts,
): Promise<Map<string, Tensor> | null> {
  const { network, lossOf, size, stream } = NETWORKS[name];
  const cache = cacheShare(ports);
  const job: BatchJob = { network: name, ...seen, count, size, seed: 10 * seed + stream, cache };
  const loop: LoopSettings = { ...COMMON, name, steps, data: `${fingerprintOf(job)} from ${start.from}` };
  const drawn = initialiseWeights((g, scope) => network(g, scope, g.input('x', [1, 3, size, size])), seed);
  const weights = new Map([...drawn, ...start[name]]);
  const step = writeTrainingStep(weights, (g, scope) => lossOf(g, scope, count, size), {
    adamW: loop.adamW,
    frozen: trunkPrefix(FROZEN_BLOCKS),
    // What was pretrained moves slowly, what is new moves fast.
    rate: (weight) => (weight.startsWith('trunk.') ? 0.25 : 1),
    rounded: trainsRounded,
  });
  return runOverBatches(step, loop, job, ports);
}

/** What the finder sees is kept in the run's folder, so that a resumed run does not look again. */
async function lookOnce(
  finderFile: Uint8Array,
  pictures: readonly TrainingPicture[],
  { folder, threads, onProgress }: RunPorts,
): Promise<LookResult> {
  const path = join(folder, 'looked.json');
  const key = createHash('sha256').update(finderFile).update(JSON.stringify(pictures)).digest('hex');
  const known: { key: string; seen: LookResult } | null = JSON.parse(
    await readFile(path, 'utf8').catch(() => 'null'),
  );
  if (known?.key === key) return known.seen;
  const seen = await lookWithFinder(finderFile, MOUTH_ARCHITECTURE, pictures, threads, (done, of) =>
    onProgress('look', done, of, null),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(path, JSON.stringify({ key, seen }));
  return seen;
}
