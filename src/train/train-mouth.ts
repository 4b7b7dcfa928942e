// The recipe of the mouth networks: the finder first; then, with what it finds, the reader.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MouthArchitecture } from '../model/card.ts';
import { exportFinder, exportReader } from '../model/export.ts';
import { trunkPrefix } from '../model/mobilenet.ts';
import { FINDER_STRIDE, finder, reader } from '../model/mouth.ts';
import type { Graph, Value } from '../nn/graph.ts';
import { ADAMW } from '../nn/optimiser.ts';
import { initialiseWeights, type Scope } from '../nn/parameters.ts';
import type { Tensor } from '../nn/tensor.ts';
import { type Loss, writeTrainingStep } from '../nn/training-step.ts';
import { createBatchLoader } from './batch-loader.ts';
import type { BatchJob, FalseMouth } from './batch-sources.ts';
import { FINDER_INPUT, FINDER_SIZE, READER_INPUT, READER_SIZE } from './constants.ts';
import { finderLoss } from './finder-loss.ts';
import { lookWithFinder } from './look.ts';
import { type LoopSettings, runLoop } from './loop.ts';
import type { TrainingPicture } from './pictures.ts';
import { readPretrainedTrunk } from './pretrained/ssd-mobilenet.ts';
import { readerLoss } from './reader-loss.ts';
import type { RunPorts } from './run-ports.ts';

export interface MouthSettings {
  readonly seed: number;
  readonly finderSteps: number;
  readonly readerSteps: number;
}

export const MOUTH_SETTINGS: MouthSettings = { seed: 1, finderSteps: 900, readerSteps: 1500 };

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
const FINDER_BATCH = 16;
const READER_BATCH = 32;
const SEED_OF = { finder: 1, reader: 2 } as const;

const COMMON = {
  warmup: 100,
  learningRate: 1e-3,
  floor: 0.02,
  adamW: { ...ADAMW, weightDecay: 0.02 },
  averageDecay: 0.998,
  checkpointEvery: 200,
} as const;

/** Trains both networks and returns their files, or null when it was stopped before the end. */
export async function trainMouth(
  pictures: readonly TrainingPicture[],
  settings: MouthSettings,
  ports: RunPorts,
): Promise<Record<'finder' | 'reader', Uint8Array> | null> {
  const finderJob = {
    network: 'finder',
    pictures,
    falseMouths: [],
    count: FINDER_BATCH,
    size: FINDER_SIZE,
  } as const;
  const finderLoop = { ...COMMON, name: 'finder', steps: settings.finderSteps };
  const finderWeights = await trainOne(finder, finderLoss, finderJob, finderLoop, settings.seed, ports);
  if (!finderWeights) return null;
  const finderFile = exportFinder(finderWeights, FINDER_SIZE);

  const seen = await cached(join(ports.folder, 'looked.json'), () =>
    lookWithFinder(finderFile, pictures, ports.threads, (done, of) =>
      ports.onProgress('look', done, of, null),
    ),
  );
  const readerJob = { network: 'reader', ...seen, count: READER_BATCH, size: READER_SIZE } as const;
  const readerLoop = { ...COMMON, name: 'reader', steps: settings.readerSteps };
  const readerWeights = await trainOne(reader, readerLoss, readerJob, readerLoop, settings.seed, ports);
  return readerWeights && { finder: finderFile, reader: exportReader(readerWeights, READER_SIZE) };
}

async function trainOne(
  network: (g: Graph, scope: Scope, x: Value) => Value,
  lossOf: (g: Graph, scope: Scope, count: number, size: number) => Loss,
  job: Omit<BatchJob, 'seed'>,
  loop: LoopSettings,
  seed: number,
  { folder, threads, workers, onProgress, signal }: RunPorts,
): Promise<Map<string, Tensor> | null> {
  const { count, size } = job;
  const weights = initialiseWeights((g, scope) => network(g, scope, g.input('x', [1, 3, size, size])), seed);
  for (const [name, weight] of await readPretrainedTrunk()) weights.set(name, weight);
  const step = writeTrainingStep(weights, (g, scope) => lossOf(g, scope, count, size), {
    adamW: loop.adamW,
    frozen: trunkPrefix(FROZEN_BLOCKS),
    // What was pretrained moves slowly, what is new moves fast.
    rate: (name) => (name.startsWith('trunk.') ? 0.25 : 1),
  });
  const streams = SEED_OF[job.network === 'finder' ? 'finder' : 'reader'];
  const loader = createBatchLoader(
    new URL('./batch-worker.ts', import.meta.url),
    { ...job, seed: seed * 10 + streams } satisfies BatchJob,
    { workers, ahead: 3 * workers, steps: loop.steps },
  );
  try {
    const onStep = (done: number, of: number, loss: number): void => onProgress(loop.name, done, of, loss);
    return await runLoop(step, loop, { folder, threads, batch: loader.batch, onStep, signal });
  } finally {
    await loader.close();
  }
}

/** A stage's result kept in the run's folder, so that a resumed run does not do it again. */
async function cached<T extends { falseMouths: FalseMouth[]; pictures: TrainingPicture[] }>(
  path: string,
  make: () => Promise<T>,
): Promise<T> {
  const known = await readFile(path, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known);
  const made = await make();
  await writeFile(path, JSON.stringify(made));
  return made;
}
