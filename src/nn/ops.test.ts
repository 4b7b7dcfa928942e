// Every operator's gradient against central differences, computed by running its own forward graph.

import { describe, expect, it } from 'vitest';
import { createSession } from '../engine/session.ts';
import { Graph, type Value } from './graph.ts';
import { binaryCrossEntropy, focalLoss, smoothL1 } from './losses.ts';
import { encodeModel } from './onnx.ts';
import * as ops from './ops.ts';
import { createRandom } from './random.ts';
import { sizeOf, type Tensor } from './tensor.ts';

type Build = (g: Graph, ...inputs: Value[]) => Value;

interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly build: Build;
  /** Which inputs are differentiated; all unless told. */
  readonly differentiate?: readonly number[];
  /** Draws an input's values; keeps kinks away from where the differences are taken. */
  readonly draw?: (random: () => number, input: number) => number;
}

const STEP = 1e-2;
const away = (kinks: readonly number[]) => (random: () => number) => {
  for (;;) {
    const x = 10 * random() - 4;
    if (kinks.every((kink) => Math.abs(x - kink) > 2 * STEP)) return x;
  }
};
const unit = (random: () => number): number => 2 * random() - 1;
const lossDraw = (random: () => number, input: number): number =>
  input === 0 ? 6 * random() - 3 : input === 1 ? Math.round(random()) : input === 2 ? random() : 0.3;

const cases: Case[] = [
  {
    name: 'add',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: ops.add,
  },
  { name: 'add a value to itself', shapes: [[2, 3]], build: (g, x) => ops.add(g, x, x) },
  {
    name: 'mul',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: ops.mul,
  },
  { name: 'scale', shapes: [[2, 3]], build: (g, x) => ops.scale(g, x, -1.5) },
  { name: 'relu', shapes: [[3, 7]], build: ops.relu, draw: away([0]) },
  { name: 'relu6', shapes: [[3, 7]], build: ops.relu6, draw: away([0, 6]) },
  { name: 'sigmoid', shapes: [[3, 7]], build: ops.sigmoid },
  { name: 'silu', shapes: [[3, 7]], build: ops.silu },
  { name: 'hardSwish', shapes: [[3, 7]], build: ops.hardSwish, draw: away([-3, 3]) },
  { name: 'softplus', shapes: [[3, 7]], build: ops.softplus, draw: (random) => 20 * unit(random) },
  {
    name: 'conv 3×3',
    shapes: [[2, 3, 5, 6], [4, 3, 3, 3], [4]],
    build: (g, x, w, b) => ops.conv(g, x, w, b),
  },
  {
    name: 'conv 1×1',
    shapes: [[2, 3, 5, 6], [4, 3, 1, 1], [4]],
    build: (g, x, w, b) => ops.conv(g, x, w, b),
  },
  {
    name: 'conv 5×5',
    shapes: [[2, 2, 7, 6], [3, 2, 5, 5], [3]],
    build: (g, x, w, b) => ops.conv(g, x, w, b),
  },
  {
    name: 'conv 3×3 without padding',
    shapes: [[2, 3, 6, 6], [4, 3, 3, 3], [4]],
    build: (g, x, w, b) => ops.conv(g, x, w, b, { pads: [0, 0, 0, 0] }),
  },
  ...[
    [6, 7],
    [7, 6],
    [8, 8],
  ].flatMap(([h, w]): Case[] => [
    {
      name: `conv 3×3 stride 2 on ${h}×${w}`,
      shapes: [[2, 3, h, w], [4, 3, 3, 3], [4]],
      build: (g, x, k, b) => ops.conv(g, x, k, b, { stride: 2 }),
    },
    {
      name: `conv 3×3 stride 2, SAME, on ${h}×${w}`,
      shapes: [[2, 3, h, w], [4, 3, 3, 3], [4]],
      build: (g, x, k, b) => ops.conv(g, x, k, b, { stride: 2, pads: [h % 2, w % 2, 1, 1] }),
    },
    {
      name: `conv 1×1 stride 2 on ${h}×${w}`,
      shapes: [[2, 3, h, w], [4, 3, 1, 1], [4]],
      build: (g, x, k, b) => ops.conv(g, x, k, b, { stride: 2 }),
    },
    {
      name: `depthwise 3×3 stride 2 on ${h}×${w}`,
      shapes: [[2, 3, h, w], [3, 1, 3, 3], [3]],
      build: (g, x, k, b) => ops.depthwiseConv(g, x, k, b, { stride: 2 }),
    },
    {
      name: `depthwise 3×3 stride 2, SAME, on ${h}×${w}`,
      shapes: [[2, 3, h, w], [3, 1, 3, 3], [3]],
      build: (g, x, k, b) => ops.depthwiseConv(g, x, k, b, { stride: 2, pads: [h % 2, w % 2, 1, 1] }),
    },
  ]),
  // Maps too large for the matrix form.
  ...[
    [12, 13],
    [13, 12],
    [12, 12],
  ].flatMap(([h, w]): Case[] => [
    {
      name: `depthwise 3×3 stride 2 on ${h}×${w}`,
      shapes: [[2, 2, h, w], [2, 1, 3, 3], [2]],
      build: (g, x, k, b) => ops.depthwiseConv(g, x, k, b, { stride: 2 }),
    },
    {
      name: `depthwise 3×3 stride 2, SAME, on ${h}×${w}`,
      shapes: [[2, 2, h, w], [2, 1, 3, 3], [2]],
      build: (g, x, k, b) => ops.depthwiseConv(g, x, k, b, { stride: 2, pads: [h % 2, w % 2, 1, 1] }),
    },
  ]),
  {
    name: 'depthwise 3×3 on 9×9',
    shapes: [[2, 2, 9, 9], [2, 1, 3, 3], [2]],
    build: (g, x, w, b) => ops.depthwiseConv(g, x, w, b),
  },
  {
    name: 'depthwise 5×5 on 9×9',
    shapes: [[2, 2, 9, 9], [2, 1, 5, 5], [2]],
    build: (g, x, w, b) => ops.depthwiseConv(g, x, w, b),
  },
  {
    name: 'depthwise 3×3',
    shapes: [[2, 3, 5, 6], [3, 1, 3, 3], [3]],
    build: (g, x, w, b) => ops.depthwiseConv(g, x, w, b),
  },
  {
    name: 'depthwise 5×5',
    shapes: [[2, 2, 7, 6], [2, 1, 5, 5], [2]],
    build: (g, x, w, b) => ops.depthwiseConv(g, x, w, b),
  },
  {
    name: 'batch norm, training',
    shapes: [[3, 2, 4, 3], [2], [2]],
    build: (g, x, a, b) => ops.batchNormTraining(g, x, a, b).y,
  },
  {
    name: 'batch norm, inference',
    shapes: [[3, 2, 4, 3], [2], [2], [2], [2]],
    build: ops.batchNormInference,
    differentiate: [0, 1, 2],
    draw: (random, input) => (input === 4 ? 0.5 + random() : unit(random)),
  },
  {
    name: 'max-pool',
    shapes: [[2, 2, 4, 6]],
    build: (g, x) => ops.maxPool(g, x, 2),
    draw: (random) => 100 * unit(random),
  },
  {
    name: 'max-pool with a remainder',
    shapes: [[2, 2, 5, 7]],
    build: (g, x) => ops.maxPool(g, x, 2),
    draw: (random) => 100 * unit(random),
  },
  { name: 'average-pool', shapes: [[2, 2, 4, 6]], build: (g, x) => ops.averagePool(g, x, 2) },
  { name: 'global average-pool', shapes: [[2, 3, 4, 5]], build: ops.globalAveragePool },
  { name: 'resize, nearest', shapes: [[2, 2, 3, 4]], build: (g, x) => ops.resizeNearest(g, x, 2) },
  { name: 'resize, bilinear × 2', shapes: [[2, 2, 3, 4]], build: (g, x) => ops.resizeBilinear(g, x, 2) },
  { name: 'resize, bilinear × 4', shapes: [[1, 2, 3, 2]], build: (g, x) => ops.resizeBilinear(g, x, 4) },
  {
    name: 'concat',
    shapes: [
      [2, 1, 3, 4],
      [2, 3, 3, 4],
    ],
    build: (g, x, y) => ops.concat(g, [x, y]),
  },
  { name: 'slice channels', shapes: [[2, 5, 3, 2]], build: (g, x) => ops.sliceChannels(g, x, 1, 3) },
  { name: 'flatten', shapes: [[2, 3, 2, 2]], build: ops.flatten },
  { name: 'dense', shapes: [[3, 4], [4, 2], [2]], build: ops.dense },
  { name: 'soft maximum', shapes: [[2, 6]], build: (g, x) => ops.softMaximum(g, x, 0.5) },
  { name: 'softmax', shapes: [[2, 6]], build: ops.softmax },
  { name: 'sum of rows', shapes: [[2, 6]], build: ops.sumRows },
  { name: 'sum', shapes: [[2, 3, 4]], build: ops.sum },
  {
    name: 'binary cross-entropy',
    shapes: [[3, 5], [3, 5], [3, 5], []],
    build: binaryCrossEntropy,
    differentiate: [0],
    draw: lossDraw,
  },
  {
    name: 'focal loss',
    shapes: [[3, 5], [3, 5], [3, 5], []],
    build: (g, x, t, w, n) => focalLoss(g, x, t, w, n),
    differentiate: [0],
    draw: lossDraw,
  },
  {
    name: 'smooth L1',
    shapes: [[3, 5], [3, 5], [3, 5], []],
    build: smoothL1,
    differentiate: [0],
    draw: (random, input) => (input === 0 ? away([-1, 0, 1, 2])(random) : lossDraw(random, input)),
  },
];

describe('gradients agree with central differences', () => {
  it.each(cases)('$name', async ({ shapes, build, differentiate = shapes.map((_, i) => i), draw = unit }) => {
    const random = createRandom(11);
    const g = new Graph();
    const inputs = shapes.map((shape, i) => g.input(`x${i}`, shape));
    const y = g.output('y', build(g, ...inputs));
    const projection = Float32Array.from({ length: sizeOf(y.shape) }, () => unit(random));
    const loss = ops.sum(
      g,
      ops.mul(
        g,
        { name: g.nodes.at(-1)?.inputs[0] ?? '', shape: y.shape },
        g.initializer('p', { dims: y.shape, data: projection }),
      ),
    );
    const gradients = g.gradients(
      loss,
      differentiate.map((i) => inputs[i]),
    );
    for (const i of differentiate) g.output(`d${i}`, gradients.get(`x${i}`) ?? inputs[i]);
    const session = await createSession(encodeModel(g.toModel('check')), { threads: 1 });

    const feeds: Record<string, Tensor> = {};
    shapes.forEach((dims, i) => {
      feeds[`x${i}`] = { dims, data: Float32Array.from({ length: sizeOf(dims) }, () => draw(random, i)) };
    });
    const emitted = await session.run(feeds);
    for (const i of differentiate) {
      const { data } = feeds[`x${i}`];
      const expected: number[] = [];
      for (let j = 0; j < data.length; j++) {
        const kept = data[j];
        data[j] = kept + STEP;
        const above = { at: data[j], y: (await session.run(feeds)).y.data };
        data[j] = kept - STEP;
        const below = { at: data[j], y: (await session.run(feeds)).y.data };
        data[j] = kept;
        // Summed here in 64 bits: the loss as one 32-bit number would lose the difference.
        const rise = projection.reduce((total, p, k) => total + p * (above.y[k] - below.y[k]), 0);
        expected.push(rise / (above.at - below.at));
      }
      const actual = emitted[`d${i}`].data;
      const size = Math.max(1e-3, ...expected.map(Math.abs));
      expected.forEach((value, j) => {
        expect(
          Math.abs(actual[j] - value) / size,
          `d/dx${i}[${j}]: ${actual[j]} against ${value}`,
        ).toBeLessThan(2e-3);
      });
    }
  });
});
