// The recipe of the mouth networks: the finder first; then, with what it finds, the reader.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MouthArchitecture } from '../model/card.ts';
import { exportFinder, exportReader } from '../model/export.ts';
import { trunkPrefix } from '../model/mobilenet.ts';
import { FINDER_STRIDE, finder, reader } from '../model/mouth.ts';
import type { Graph, Value } from '../nn/graph.ts';
import { ADAMW } from '../nn/optimiser.ts';
import { initialiseWeights, type Scope, type Weights } from '../nn/parameters.ts';
import type { Tensor } from '../nn/tensor.ts';
import { type Loss, writeTrainingStep } from '../nn/training-step.ts';
import type { BatchJob } from './batch-sources.ts';
import { FINDER_INPUT, FINDER_SIZE, READER_INPUT, READER_SIZE } from './constants.ts';
import { finderLoss } from './finder-loss.ts';
import { type LookResult, lookWithFinder } from './look.ts';
import { type LoopSettings, runLoop } from './loop.ts';
import type { MouthStart } from './mouth-start.ts';
import type { TrainingPicture } from './pictures.ts';
import { readerLoss } from './reader-loss.ts';
import { cacheShare, type RunPorts } from './run-ports.ts';
import { openTrainingBatches } from './train-batches.ts';

export interface MouthSettings {
  readonly seed: number;
  readonly finderSteps: number;
  readonly finderBatch: number;
  readonly readerSteps: number;
  readonly readerBatch: number;
}

export const MOUTH_SETTINGS: MouthSettings = {
  seed: 1,
  finderSteps: 900,
  finderBatch: 16,
  readerSteps: 1500,
  readerBatch: 32,
};

/** Everything about the networks that their card must carry; thresholds come from held-out pictures later. */
export const MOUTH_ARCHITECTURE: MouthArchitecture = {
  arch: 'mouth',
  finder: FINDER_INPUT,
  finderStride: FINDER_STRIDE,
  reader: READER_INPUT,
  readerZooms: [2.8, 4.4],
  maxMouths: 5,
  finderThreshold: 0.15,
  presenceThreshold: 0,
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

/**
 * Trains both networks and returns their files, or null when it was stopped before the end. Where no mouth of
 * any picture was clicked there is nothing that could teach the finder geometry, so it stays as it starts.
 */
export async function trainMouth(
  pictures: readonly TrainingPicture[],
  settings: MouthSettings,
  start: MouthStart,
  ports: RunPorts,
): Promise<Record<'finder' | 'reader', Uint8Array> | null> {
  const clicked = pictures.some(({ mouths }) => mouths !== null);
  const finderWeights = clicked ? await trainFinder(pictures, settings, start, ports) : start.finder;
  if (!finderWeights) return null;
  const finderFile = exportFinder(finderWeights, FINDER_SIZE);
  const seen = await cached(join(ports.folder, 'looked.json'), () =>
    lookWithFinder(finderFile, pictures, ports.threads, (done, of) =>
      ports.onProgress('look', done, of, null),
    ),
  );
  const readerWeights = await trainReader(seen, settings, start, ports);
  return readerWeights && { finder: finderFile, reader: exportReader(readerWeights, READER_SIZE) };
}

function trainFinder(
  pictures: readonly TrainingPicture[],
  { seed, finderSteps, finderBatch }: MouthSettings,
  start: MouthStart,
  ports: RunPorts,
): Promise<Map<string, Tensor> | null> {
  const job = {
    network: 'finder',
    pictures,
    falseMouths: [],
    count: finderBatch,
    size: FINDER_SIZE,
    seed: 10 * seed + 1,
    cache: cacheShare(ports),
  } as const;
  return trainOne(
    finder,
    finderLoss,
    job,
    start.finder,
    { ...COMMON, name: 'finder', steps: finderSteps },
    ports,
  );
}

function trainReader(
  seen: LookResult,
  { seed, readerSteps, readerBatch }: MouthSettings,
  start: MouthStart,
  ports: RunPorts,
): Promise<Map<string, Tensor> | null> {
  const job = {
    network: 'reader',
    ...seen,
    count: readerBatch,
    size: READER_SIZE,
    seed: 10 * seed + 2,
    cache: cacheShare(ports),
  } as const;
  return trainOne(
    reader,
    readerLoss,
    job,
    start.reader,
    { ...COMMON, name: 'reader', steps: readerSteps },
    ports,
  );
}

async function trainOne(
  network: (g: Graph, scope: Scope, x: Value) => Value,
  lossOf: (g: Graph, scope: Scope, count: number, size: number) => Loss,
  job: BatchJob,
  start: Weights,
  loop: LoopSettings,
  { folder, threads, workers, onProgress, signal }: RunPorts,
): Promise<Map<string, Tensor> | null> {
  const { count, size, seed } = job;
  const drawn = initialiseWeights((g, scope) => network(g, scope, g.input('x', [1, 3, size, size])), seed);
  const weights = new Map([...drawn, ...start]);
  const step = writeTrainingStep(weights, (g, scope) => lossOf(g, scope, count, size), {
    adamW: loop.adamW,
    frozen: trunkPrefix(FROZEN_BLOCKS),
    // What was pretrained moves slowly, what is new moves fast.
    rate: (name) => (name.startsWith('trunk.') ? 0.25 : 1),
  });
  const batches = openTrainingBatches(job, workers, loop.steps);
  try {
    const onStep = (done: number, of: number, loss: number): void => onProgress(loop.name, done, of, loss);
    return await runLoop(step, loop, { folder, threads, batch: batches.next, onStep, signal });
  } finally {
    await batches.close();
  }
}

/** A stage's result kept in the run's folder, so that a resumed run does not do it again. */
async function cached(path: string, make: () => Promise<LookResult>): Promise<LookResult> {
  const known = await readFile(path, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known);
  const made = await make();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(made));
  return made;
}
