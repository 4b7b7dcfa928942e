// The seed project's recipe: Adam, batches of 32, ten epochs, its own augmentation, no pretraining.

import type { SeedArchitecture } from '../model/card.ts';
import { exportSeedCnn } from '../model/export.ts';
import { SEED_CNN_SIZE, seedCnn } from '../model/seed-cnn.ts';
import type { Graph } from '../nn/graph.ts';
import { binaryCrossEntropy } from '../nn/losses.ts';
import { ADAMW } from '../nn/optimiser.ts';
import { initialiseWeights, type Scope } from '../nn/parameters.ts';
import { type Loss, writeTrainingStep } from '../nn/training-step.ts';
import type { BatchJob } from './batch-sources.ts';
import { SEED_INPUT } from './constants.ts';
import type { LoopSettings } from './loop.ts';
import type { TrainingPicture } from './pictures.ts';
import { cacheShare, type RunPorts } from './run-ports.ts';
import { stepsPerEpoch } from './seed-batch.ts';
import { fingerprintOf, runOverBatches } from './train-batches.ts';

export interface SeedCnnSettings {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
}

export const SEED_CNN_SETTINGS: SeedCnnSettings = { seed: 1, epochs: 10, batch: 32 };
export const SEED_ARCHITECTURE: SeedArchitecture = { arch: 'seed-cnn', input: SEED_INPUT };

/** Trains on the open and closed pictures and returns the network's file, or null when it was stopped. */
export async function trainSeedCnn(
  pictures: readonly TrainingPicture[],
  { seed, epochs, batch }: SeedCnnSettings,
  ports: RunPorts,
): Promise<Record<'model', Uint8Array> | null> {
  const known = pictures.filter(({ label }) => label === 'open' || label === 'closed');
  const count = Math.min(batch, known.length);
  const weights = initialiseWeights(
    (g, scope) => seedCnn(g, scope, g.input('x', [1, 3, SEED_CNN_SIZE, SEED_CNN_SIZE])),
    seed,
  );
  const job: BatchJob = {
    network: 'seed-cnn',
    pictures: known,
    falseMouths: [],
    count,
    size: SEED_CNN_SIZE,
    seed,
    cache: cacheShare(ports),
  };
  // Keras's Adam: a constant rate, no decay, no clipping, no averaging; its epsilon is 1e-7.
  const loop: LoopSettings = {
    name: 'seed-cnn',
    steps: epochs * stepsPerEpoch(known.length, count),
    warmup: 0,
    learningRate: 1e-3,
    floor: 1,
    adamW: { ...ADAMW, epsilon: 1e-7, weightDecay: 0, clipNorm: Number.POSITIVE_INFINITY },
    averageDecay: 0,
    checkpointEvery: 50,
    data: fingerprintOf(job),
  };
  const step = writeTrainingStep(weights, (g, scope) => seedLoss(g, scope, count), {
    adamW: loop.adamW,
    frozen: () => false,
    rate: () => 1,
  });
  const trained = await runOverBatches(step, loop, job, ports);
  return trained && { model: exportSeedCnn(trained) };
}

function seedLoss(g: Graph, scope: Scope, count: number): Loss {
  const logit = seedCnn(g, scope, g.input('x', [count, 3, SEED_CNN_SIZE, SEED_CNN_SIZE]));
  const [target, weight] = [g.input('target', [count, 1]), g.input('weight', [count, 1])];
  return { loss: binaryCrossEntropy(g, logit, target, weight, g.input('norm', [])), report: {} };
}
