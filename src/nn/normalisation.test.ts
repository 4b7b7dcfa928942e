// Batch normalisation's two forms against each other and against the definition.

import { describe, expect, it } from 'vitest';
import { createSession } from '../engine/session.ts';
import { Graph } from './graph.ts';
import { encodeModel } from './onnx.ts';
import { batchNormInference, batchNormTraining } from './ops.ts';
import { createRandom, normal } from './random.ts';
import type { Tensor } from './tensor.ts';

const [N, C, SIDE] = [4, 3, 5];
const random = createRandom(6);
const x: Tensor = {
  dims: [N, C, SIDE, SIDE],
  // A mean far from zero: E[x²] − E[x]² would lose the variance in 32 bits.
  data: Float32Array.from({ length: N * C * SIDE * SIDE }, () => 300 + normal(random)),
};
const channels = (...values: number[]): Tensor => ({ dims: [C], data: Float32Array.from(values) });
const gamma = channels(1, -0.5, 2);
const beta = channels(0, 3, -1);

function statistics(channel: number): { mean: number; variance: number } {
  const values = [...x.data].filter((_, i) => Math.floor(i / SIDE ** 2) % C === channel);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

async function training() {
  const g = new Graph();
  const result = batchNormTraining(g, g.input('x', x.dims), g.input('gamma', [C]), g.input('beta', [C]));
  g.output('y', result.y);
  g.output('mean', result.mean);
  g.output('variance', result.variance);
  return (await createSession(encodeModel(g.toModel('training')), { threads: 1 })).run({ x, gamma, beta });
}

describe('batch normalisation', () => {
  it('reports the mean and the biased variance of its batch', async () => {
    const { mean, variance } = await training();
    for (let channel = 0; channel < C; channel++) {
      const expected = statistics(channel);
      expect(mean.data[channel] / expected.mean).toBeCloseTo(1, 6);
      expect(variance.data[channel] / expected.variance).toBeCloseTo(1, 4);
    }
  });

  it('gives the same in its inference form, fed the statistics that the training form reports', async () => {
    const { y, mean, variance } = await training();
    const g = new Graph();
    const [xs, ...rest] = [
      g.input('x', x.dims),
      ...['gamma', 'beta', 'mean', 'variance'].map((n) => g.input(n, [C])),
    ];
    g.output('y', batchNormInference(g, xs, rest[0], rest[1], rest[2], rest[3]));
    const session = await createSession(encodeModel(g.toModel('inference')), { threads: 1 });
    const again = (await session.run({ x, gamma, beta, mean, variance })).y;
    again.data.forEach((value, i) => {
      expect(Math.abs(value - y.data[i])).toBeLessThan(1e-3);
    });
  });
});
