// Whole networks against PyTorch in 64 bits: losses of three AdamW steps, and at the first step the norm and one
// projection of every weight's gradient. reference.json is written by make_reference.py from the same numbers.

import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/engine/session.ts';
import { seedCnn } from '../../src/model/seed-cnn.ts';
import { Graph } from '../../src/nn/graph.ts';
import { binaryCrossEntropy } from '../../src/nn/losses.ts';
import { encodeModel } from '../../src/nn/onnx.ts';
import { ADAMW } from '../../src/nn/optimiser.ts';
import { initialiseWeights, type Scope } from '../../src/nn/parameters.ts';
import { sizeOf, type Tensor, tensor } from '../../src/nn/tensor.ts';
import { type Loss, runTrainingStep, spareState, writeTrainingStep } from '../../src/nn/training-step.ts';
import { finderLoss } from '../../src/train/finder-loss.ts';
import { readerLoss } from '../../src/train/reader-loss.ts';

const Pair = Type.Tuple([Type.Number(), Type.Number()]);
const Reference = Type.Object({
  torch: Type.String(),
  rate: Type.Number(),
  weightDecay: Type.Number(),
  clipNorm: Type.Number(),
  networks: Type.Record(
    Type.String(),
    Type.Object({
      batch: Type.Integer(),
      size: Type.Integer(),
      losses: Type.Array(Type.Number()),
      norms: Type.Array(Type.Number()),
      gradients: Type.Record(Type.String(), Pair),
    }),
  ),
});
const path = new URL('reference.json', import.meta.url);
const reference = Value.Parse(Reference, JSON.parse(readFileSync(path, 'utf8')));

/** As `uniform` in make_reference.py: numbers in [−1, 1) by murmur3's finaliser over the index. */
function uniform(name: string, count: number): Float64Array {
  let seed = 0;
  for (const letter of name) seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) | 0;
  return new Float64Array(count).map((_, i) => {
    let h = Math.imul(i, 0x9e3779b1) + seed;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    return (h >>> 0) / 2 ** 31 - 1;
  });
}

/** As `draw` in make_reference.py. */
function draw(name: string, shape: readonly number[]): Tensor {
  const values = uniform(name, sizeOf(shape));
  const [first, ...rest] = shape;
  const fanIn = shape.length === 2 ? first : sizeOf(rest);
  const change = ((): ((value: number) => number) => {
    if (name.endsWith('.weight')) return (value) => value * Math.sqrt(6 / fanIn);
    if (name.endsWith('.bias')) return (value) => value * 0.1;
    if (name.endsWith('Norm') || name === 'norm') return () => 0.05;
    if (name.endsWith('Weight') || name === 'weight') return (value) => (value + 1) / 2;
    if (name === 'geometryTarget' || name === 'placeTarget') return (value) => 2 * value;
    if (name.endsWith('Target') || name === 'target') return (value) => (value > 0.5 ? 1 : 0);
    return (value) => value;
  })();
  return tensor(shape, Float32Array.from(values.map(change)));
}

const losses: Record<string, (g: Graph, scope: Scope, n: number, size: number) => Loss> = {
  finder: finderLoss,
  reader: readerLoss,
  'seed-cnn': (g, scope, n, size) => {
    const y = seedCnn(g, scope, g.input('x', [n, 3, size, size]));
    const [target, weight] = [g.input('target', [n, 1]), g.input('weight', [n, 1])];
    return { loss: binaryCrossEntropy(g, y, target, weight, g.input('norm', [])), report: {} };
  },
};

/** Largest error of a float32 sum of this network's depth; float64 is the reference. */
const TOLERANCE = 2e-4;

describe(`against PyTorch ${reference.torch}`, () => {
  it.each(Object.entries(reference.networks))('%s: losses, gradients and updates', async (name, expected) => {
    const { batch: n, size } = expected;
    const inputs = new Graph();
    const lossOf = (g: Graph, scope: Scope): Loss => losses[name](g, scope, n, size);
    const shapes = initialiseWeights((_, scope) => lossOf(inputs, scope), 1);
    expect([...shapes.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
    const weights = new Map([...shapes].map(([weight, { dims }]) => [weight, draw(weight, dims)]));
    const feeds = Object.fromEntries(
      inputs.inputs.map((input) => [input.name, draw(input.name, input.shape)]),
    );

    const adamW = { ...ADAMW, weightDecay: reference.weightDecay, clipNorm: reference.clipNorm };
    const step = writeTrainingStep(weights, lossOf, {
      adamW,
      frozen: () => false,
      rate: (weight) => (weight.startsWith('trunk') ? 0.25 : 1),
    });
    const session = await createSession(encodeModel(step.model), { threads: 1 });
    let [state, spare] = [step.initialState, spareState(step.initialState)];
    for (let at = 0; at < expected.losses.length; at++) {
      const rates = { step: at, learningRate: reference.rate, averagingShare: 1 };
      const { loss, gradientNorm } = await runTrainingStep(session, adamW, state, spare, feeds, rates);
      [state, spare] = [spare, state];
      // Adam divides each gradient by its own size, so what rounding does to the smallest of them grows.
      const tolerance = at === 0 ? TOLERANCE : 1e-2;
      expect(Math.abs(loss / expected.losses[at] - 1), `loss ${at}`).toBeLessThan(tolerance);
      expect(Math.abs(gradientNorm / expected.norms[at] - 1), `norm ${at}`).toBeLessThan(tolerance);
      if (at > 0) continue;
      // After the first step the mean is (1 − β₁) times the clipped gradient.
      const clip = Math.min(1, adamW.clipNorm / (gradientNorm + 1e-6));
      for (const [weight, [norm, projection]] of Object.entries(expected.gradients)) {
        const mean = state.get(`m/${weight}`)?.data ?? new Float32Array();
        const direction = uniform(`projection ${weight}`, mean.length);
        const gradient = Float64Array.from(mean, (value) => value / (1 - adamW.beta1) / clip);
        const length = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
        const along = gradient.reduce((sum, value, i) => sum + value * direction[i], 0);
        expect(Math.abs(length - norm) / norm, `norm of the gradient of ${weight}`).toBeLessThan(TOLERANCE);
        expect(Math.abs(along - projection) / norm, `gradient of ${weight}`).toBeLessThan(TOLERANCE);
      }
    }
  });
});
