import { describe, expect, it } from 'vitest';
import { patches, SIDE, tinyLoss, tinyNetwork } from '../../test/tiny-network.ts';
import { createSession } from '../engine/session.ts';
import { Graph } from './graph.ts';
import { encodeModel } from './onnx.ts';
import * as ops from './ops.ts';
import { ADAMW } from './optimiser.ts';
import {
  constant,
  heNormal,
  initialiseWeights,
  type Scope,
  storedScope,
  type Weights,
  zeros,
} from './parameters.ts';
import { onGrid } from './quantise.ts';
import { createRandom, shuffled } from './random.ts';
import { type Tensor, tensor } from './tensor.ts';
import {
  runTrainingStep,
  type StepSettings,
  spareState,
  type TrainingStep,
  weightsOf,
  writeTrainingStep,
} from './training-step.ts';

const adamW = { ...ADAMW, weightDecay: 0, clipNorm: Number.POSITIVE_INFINITY };
const settings: StepSettings = { adamW, frozen: () => false, rate: () => 1 };
const start = (): Map<string, Tensor> =>
  initialiseWeights((g, scope) => tinyNetwork(g, scope, g.input('x', [1, 1, SIDE, SIDE])), 3);
const write = (n: number, options: Partial<StepSettings> = {}): TrainingStep =>
  writeTrainingStep(start(), (g, scope) => tinyLoss(g, scope, n), { ...settings, ...options });

/** Full-batch training; the losses of every step and the state after the last. */
async function train(step: TrainingStep, batch: Record<string, Tensor>, steps: number, share = 1) {
  const session = await createSession(encodeModel(step.model), { threads: 1 });
  let [state, spare] = [step.initialState, spareState(step.initialState)];
  const losses: number[] = [];
  for (let at = 0; at < steps; at++) {
    const feeds = { step: at, learningRate: 0.02, averagingShare: share };
    losses.push((await runTrainingStep(session, adamW, state, spare, batch, feeds)).loss);
    [state, spare] = [spare, state];
  }
  return { losses, state };
}

async function accuracy(weights: Weights, { x, target }: { x: Tensor; target: Tensor }): Promise<number> {
  const g = new Graph();
  g.output('y', tinyNetwork(g, storedScope(g, weights), g.input('x', x.dims)));
  const { y } = await (await createSession(encodeModel(g.toModel('evaluate')), { threads: 1 })).run({ x });
  return y.data.filter((logit, i) => logit > 0 === target.data[i] > 0.5).length / y.data.length;
}

describe('a training step', () => {
  it('fits eight pictures, whatever their labels, to a loss of nothing', async () => {
    const batch = patches(8, createRandom(1));
    batch.target.data.set([0, 1, 1, 0, 1, 0, 0, 1]);
    const { losses } = await train(write(8), batch, 300);
    expect(losses[0]).toBeGreaterThan(0.3);
    expect(losses.at(-1)).toBeLessThan(0.005);
  });

  it('learns what generalises from true labels, and cannot from shuffled ones', async () => {
    const batch = patches(64, createRandom(1));
    const unseen = patches(400, createRandom(2));
    const learnt = await train(write(64), batch, 80);
    const step = write(64);
    expect(await accuracy(weightsOf(step, learnt.state, 'trained'), unseen)).toBeGreaterThan(0.95);

    const target = tensor([64, 1], shuffled(createRandom(5), [...batch.target.data]));
    const misled = await train(step, { ...batch, target }, 200);
    expect(misled.losses.at(-1)).toBeLessThan(0.3);
    const chance = await accuracy(weightsOf(step, misled.state, 'trained'), unseen);
    expect(Math.abs(chance - 0.5)).toBeLessThan(0.2);
  });

  it('leaves frozen weights bit for bit as they were, out of its inputs, and still exports them', async () => {
    const before = start();
    const step = write(8, { frozen: (name) => name.startsWith('conv.') });
    expect(step.trained).toEqual(['dense.weight', 'dense.bias']);
    expect([...step.initialState.keys()].some((name) => name.includes('conv'))).toBe(false);
    const { state } = await train(step, patches(8, createRandom(1)), 20);
    const after = weightsOf(step, state, 'trained');
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const name of ['conv.weight', 'conv.bias']) expect(after.get(name)).toEqual(before.get(name));
    expect(after.get('dense.weight')).not.toEqual(before.get('dense.weight'));
  });

  it('does not touch the weights that it was written from', async () => {
    const weights = start();
    const step = writeTrainingStep(weights, (g, scope) => tinyLoss(g, scope, 8), settings);
    await train(step, patches(8, createRandom(1)), 3);
    expect(weights).toEqual(start());
  });

  it('keeps averages between the start and the last weights', async () => {
    const step = write(8);
    const { state } = await train(step, patches(8, createRandom(1)), 1, 0.25);
    const [from, to] = [start(), weightsOf(step, state, 'trained')];
    const average = weightsOf(step, state, 'averaged');
    for (const [name, { data }] of average) {
      data.forEach((value, i) => {
        const expected = 0.75 * (from.get(name)?.data[i] ?? 0) + 0.25 * (to.get(name)?.data[i] ?? 0);
        expect(value).toBeCloseTo(expected, 6);
      });
    }
  });

  it('scales the rate of the weights it is told to, and shrinks matrices but no biases', async () => {
    const batch = { ...patches(8, createRandom(1)) };
    batch.weight = tensor([8, 1], new Float32Array(8)); // no gradient at all: only decay moves a weight
    const step = write(8, {
      adamW: { ...adamW, weightDecay: 0.5 },
      rate: (name) => (name.startsWith('conv') ? 0.1 : 1),
    });
    step.initialState.get('w/dense.bias')?.data.fill(1);
    const { state } = await train(step, batch, 1);
    const ratio = (name: string): number =>
      (state.get(`w/${name}`)?.data[0] ?? 0) / (step.initialState.get(`w/${name}`)?.data[0] ?? 0);
    expect(ratio('dense.weight')).toBeCloseTo(1 - 0.02 * 0.5, 6);
    expect(ratio('conv.weight')).toBeCloseTo(1 - 0.02 * 0.1 * 0.5, 6);
    expect(ratio('dense.bias')).toBe(1);
  });

  it('moves the buffers that a network updates and keeps them out of the gradient', async () => {
    const network = (g: Graph, scope: Scope) => {
      const x = g.input('x', [4, 2, 3, 3]);
      const [gamma, beta] = [scope.parameter('gamma', [2], constant(1)), scope.parameter('beta', [2], zeros)];
      const { y, mean } = ops.batchNormTraining(g, x, gamma, beta);
      const kept = scope.buffer('mean', [2], zeros);
      scope.update('mean', g.emit('Add', [g.emit('Mul', [kept, g.scalar(0.9)], [2]), mean], [2]));
      return { loss: ops.sum(g, ops.mul(g, y, y)), report: { twice: ops.scale(g, ops.sum(g, y), 2) } };
    };
    const weights = initialiseWeights(network, 1);
    const step = writeTrainingStep(weights, network, settings);
    expect(step.trained).toEqual(['gamma', 'beta']);
    const x = tensor([4, 2, 3, 3], new Float32Array(72).fill(5));
    const { state } = await train(step, { x }, 2);
    expect([...(state.get('w/mean')?.data ?? [])]).toEqual([9.5, 9.5]);
    expect(state.has('m/mean')).toBe(false);
  });

  it('computes with rounded weights while it moves those behind them', async () => {
    const batch = patches(8, createRandom(1));
    const rounded = (name: string): boolean => name === 'conv.weight';
    const weights = start();
    const grid = new Map([...weights].map(([name, w]) => [name, rounded(name) ? onGrid(w) : w]));
    const loss = (g: Graph, scope: Scope) => tinyLoss(g, scope, 8);
    const { losses, state } = await train(
      writeTrainingStep(weights, loss, { ...settings, rounded }),
      batch,
      1,
    );
    const [expected] = (await train(writeTrainingStep(grid, loss, settings), batch, 1)).losses;
    expect(losses[0]).toBeCloseTo(expected, 6);
    expect(losses[0]).not.toBeCloseTo((await train(write(8), batch, 1)).losses[0], 6);
    // One step of Adam moves every weight by the rate, far less than the grid's.
    const [before, after] = [weights.get('conv.weight')?.data ?? [], state.get('w/conv.weight')?.data ?? []];
    expect(Math.abs(after[0] - before[0])).toBeCloseTo(0.02, 4);

    const frozen = { ...settings, rounded, frozen: rounded };
    const still = await train(writeTrainingStep(weights, loss, frozen), batch, 1);
    expect(still.losses[0]).toBeCloseTo(expected, 6);
  });

  it('refuses weights that are missing or have another shape', () => {
    const weights = start();
    weights.set('conv.bias', tensor([5], new Float32Array(5)));
    const loss = (g: Graph, scope: Scope) => tinyLoss(g, scope, 2);
    expect(() => writeTrainingStep(weights, loss, settings)).toThrow(
      'weight conv.bias has shape [5] where the network wants [6]',
    );
    weights.delete('conv.bias');
    expect(() => writeTrainingStep(weights, loss, settings)).toThrow('there is no weight named conv.bias');
  });
});

describe('initialiseWeights', () => {
  it('depends on the seed and on the name, not on what else the network asks for', () => {
    const network = (names: readonly string[]) => (_: Graph, scope: Scope) => {
      for (const name of names) scope.parameter(name, [50, 20], heNormal);
    };
    const both = initialiseWeights(network(['a', 'b']), 1);
    expect(both.get('b')).toEqual(initialiseWeights(network(['b']), 1).get('b'));
    expect(both.get('b')).not.toEqual(both.get('a'));
    expect(both.get('b')).not.toEqual(initialiseWeights(network(['b']), 2).get('b'));
  });

  it('draws He et al. with variance 2 / fan-in', () => {
    const weights = initialiseWeights((_, scope) => scope.parameter('w', [100, 10, 3, 3], heNormal), 1);
    const data = weights.get('w')?.data ?? new Float32Array();
    const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    expect(Math.abs(variance / (2 / 90) - 1)).toBeLessThan(0.06);
  });
});
