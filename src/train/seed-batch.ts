// Batches as the seed project's generator makes them: every picture once an epoch, stretched to 224 × 224,
// turned, moved, sheared, zoomed and mirrored, values 0–1.

import { SEED_CNN_SIZE } from '../model/seed-cnn.ts';
import { createRandom, type Random, shuffled } from '../nn/random.ts';
import { type Tensor, tensor } from '../nn/tensor.ts';
import { fitIntoSquare } from '../vision/letterbox.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { augmentLikeSeed } from '../vision/seed-augmentation.ts';
import { writeTensor } from '../vision/to-tensor.ts';
import { SEED_INPUT } from './constants.ts';
import type { TrainingPicture } from './pictures.ts';

/** Steps of one epoch; the last, smaller batch is dropped because the graph's shapes are fixed. */
export function stepsPerEpoch(pictures: number, count: number): number {
  return Math.max(1, Math.floor(pictures / count));
}

/** The pictures of a step: each epoch goes once through a shuffle of its own. */
export function picturesOfStep(
  pictures: readonly TrainingPicture[],
  count: number,
  seed: number,
  step: number,
): TrainingPicture[] {
  const perEpoch = stepsPerEpoch(pictures.length, count);
  const order = shuffled(createRandom(seed, Math.floor(step / perEpoch)), pictures);
  const first = (step % perEpoch) * count;
  return Array.from({ length: count }, (_, i) => order[(first + i) % order.length]);
}

export async function seedBatch(
  pictures: readonly TrainingPicture[],
  readPixels: (path: string) => Promise<RgbImage>,
  random: Random,
): Promise<Record<string, Tensor>> {
  const values = 3 * SEED_CNN_SIZE ** 2;
  const x = new Float32Array(pictures.length * values);
  for (const [i, { path }] of pictures.entries()) {
    const square = fitIntoSquare(
      await readPixels(path),
      SEED_CNN_SIZE,
      SEED_INPUT.fit,
      SEED_INPUT.fill,
    ).image;
    writeTensor(augmentLikeSeed(square, random), SEED_INPUT, x, i * values);
  }
  const target = Float32Array.from(pictures, ({ label }) => (label === 'open' ? 1 : 0));
  return {
    x: tensor([pictures.length, 3, SEED_CNN_SIZE, SEED_CNN_SIZE], x),
    target: tensor([pictures.length, 1], target),
    weight: tensor([pictures.length, 1], new Float32Array(pictures.length).fill(1)),
    norm: tensor([], [1 / pictures.length]),
  };
}
