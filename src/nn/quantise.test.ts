// Integer graphs against the floating-point ones that they come from, within what rounding can do at most.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession } from '../engine/session.ts';
import { Graph } from './graph.ts';
import { encodeModel, type OnnxModel } from './onnx.ts';
import { add, conv, depthwiseConv, relu6, roundWeights } from './ops.ts';
import { activationsOf, type Observations, onGrid, quantise, WEIGHT_STEPS, withOutputs } from './quantise.ts';
import { createRandom, normal } from './random.ts';
import { sizeOf, type Tensor } from './tensor.ts';

const keepNothing = (): boolean => false;

function filled(dims: readonly number[], next: () => number): Tensor {
  return { dims, data: Float32Array.from({ length: sizeOf(dims) }, next) };
}

const run = async (model: OnnxModel, x: Tensor, optimise: 'all' | 'off' = 'all') =>
  (await createSession(encodeModel(model), { threads: 1, optimise })).run({ x });

async function observe(model: OnnxModel, x: Tensor): Promise<Observations> {
  const names = activationsOf(model, keepNothing);
  const values: Record<string, Tensor> = { ...(await run(withOutputs(model, names), x)), x };
  return new Map(names.map((name) => [name, observed(values[name])]));
}

function observed({ dims: [count, channels, height, width], data }: Tensor) {
  const means = Array.from({ length: channels }, (_, channel) => {
    const own = [...data].filter((_value, i) => Math.floor(i / (height * width)) % channels === channel);
    return own.reduce((sum, value) => sum + value, 0) / (count * height * width);
  });
  return { low: Math.min(...data), high: Math.max(...data), means };
}

/** Nothing known of its channels' means, so no bias is corrected. */
const between = (low: number, high: number) => ({ low, high, means: [0, 0, 0] });

/** Two channels in, three out, one pixel: y = w · x + b. */
function product(w: Tensor, b: Tensor): OnnxModel {
  const g = new Graph();
  const x = g.input('x', [1, 2, 1, 1]);
  g.output('y', conv(g, x, g.initializer('w', w), g.initializer('b', b), { pads: [0, 0, 0, 0] }));
  return g.toModel('product', { dynamicBatch: true });
}

/** An inverted residual, small: a wide 1 × 1 convolution, a depthwise one, a narrow one, and what came in. */
function block(seed: number): OnnxModel {
  const random = createRandom(seed);
  const weight = (name: string, dims: readonly number[]) =>
    g.initializer(
      name,
      filled(dims, () => 0.5 * normal(random)),
    );
  const g = new Graph();
  const x = g.input('x', [1, 4, 6, 6]);
  const none = { pads: [0, 0, 0, 0] as const };
  const wide = relu6(g, conv(g, x, weight('expand.w', [8, 4, 1, 1]), weight('expand.b', [8]), none));
  const mixed = relu6(g, depthwiseConv(g, wide, weight('mix.w', [8, 1, 3, 3]), weight('mix.b', [8])));
  const narrow = conv(g, mixed, weight('narrow.w', [4, 8, 1, 1]), weight('narrow.b', [4]), none);
  g.output('y', add(g, x, narrow));
  return g.toModel('block', { dynamicBatch: true });
}

describe('a convolution in integers', () => {
  it('is wrong by no more than its grids are coarse', async () => {
    const value = fc.float({ min: -3, max: 3, noNaN: true });
    const values = (length: number) => fc.array(value, { minLength: length, maxLength: length });
    await fc.assert(
      fc.asyncProperty(values(6), values(3), values(2), async (w, b, x) => {
        const model = product(
          { dims: [3, 2, 1, 1], data: Float32Array.from(w) },
          { dims: [3], data: Float32Array.from(b) },
        );
        const fed = { dims: [1, 2, 1, 1], data: Float32Array.from(x) };
        const { y } = await run(model, fed);
        const [input, output] = activationsOf(model, keepNothing);
        const seen = new Map([
          [input, between(-3, 3)],
          [output, between(-30, 30)],
        ]);
        const rounded = (await run(quantise(model, seen, keepNothing), fed)).y;
        const [xStep, yStep] = [6 / 255, 60 / 255];
        y.data.forEach((exact, channel) => {
          const row = w.slice(2 * channel, 2 * channel + 2).map(Math.abs);
          const wStep = Math.max(...row) / 63;
          // Half a step of the input for each weight (a whole one where the zero point was rounded too), half
          // a step of each weight for the input, and half a step of the bias's grid and of the output's.
          const most =
            xStep * (row[0] + row[1]) +
            (wStep / 2) * (Math.abs(x[0]) + Math.abs(x[1]) + 2 * xStep) +
            (wStep * xStep) / 2 +
            yStep;
          expect(Math.abs(rounded.data[channel] - exact)).toBeLessThanOrEqual(most + 1e-5);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('adds a bias of its own where every weight is nought', async () => {
    const model = product(
      { dims: [3, 2, 1, 1], data: new Float32Array(6) },
      { dims: [3], data: Float32Array.of(0, 1, -2) },
    );
    const fed = { dims: [1, 2, 1, 1], data: Float32Array.of(1, -1) };
    const [input, output] = activationsOf(model, keepNothing);
    const seen = new Map([
      [input, between(-1, 1)],
      [output, between(-2, 2)],
    ]);
    const { y } = await run(quantise(model, seen, keepNothing), fed);
    [0, 1, -2].forEach((bias, i) => {
      expect(Math.abs(y.data[i] - bias)).toBeLessThan(4 / 255 + 2 / 255);
    });
  });

  it('has the mean that it had: what rounding the weights moves it by is taken off the bias', async () => {
    // 2 / 63 · 15.5 lies half-way between two steps of the weights' grid.
    const w = { dims: [1, 2, 1, 1], data: Float32Array.of(2, (2 / 63) * 15.5) };
    const model = product(w, { dims: [1], data: Float32Array.of(0.5) });
    const [input, output] = activationsOf(model, keepNothing);
    const errorAt = async (means: readonly number[]): Promise<number> => {
      const seen = new Map([
        [input, { low: 0, high: 255, means }],
        [output, { low: 0, high: 51, means: [0] }],
      ]);
      // Whole numbers, which the input's grid holds exactly: 2 · 1 + 2 / 63 · 15.5 · 63 + 0.5 = 33.5.
      const fed = { dims: [1, 2, 1, 1], data: Float32Array.of(1, 63) };
      return Math.abs((await run(quantise(model, seen, keepNothing), fed)).y.data[0] - 33.5);
    };
    expect(await errorAt([0, 0])).toBeGreaterThan(0.85);
    expect(await errorAt([1, 63])).toBeLessThanOrEqual(0.1 + 2 / 63);
  });
});

describe('a block in integers', () => {
  const model = block(3);
  const random = createRandom(4);
  const x = filled([2, 4, 6, 6], () => normal(random));

  it('has lost its clips, keeps its ports, and answers nearly the same', async () => {
    const integer = quantise(model, await observe(model, x), keepNothing);
    expect(integer.nodes.filter(({ op }) => op === 'Clip')).toEqual([]);
    expect([integer.inputs, integer.outputs]).toEqual([model.inputs, model.outputs]);
    const [exact, rounded] = [(await run(model, x)).y.data, (await run(integer, x)).y.data];
    const rms = (values: Float32Array): number =>
      Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    expect(rms(exact.map((value, i) => value - rounded[i])) / rms(exact)).toBeLessThan(0.02);
  });

  it('says the same as integers as when an engine takes its rounding literally', async () => {
    const integer = quantise(model, await observe(model, x), keepNothing);
    const [fused, literal] = [(await run(integer, x)).y.data, (await run(integer, x, 'off')).y.data];
    // A sum that lies between two steps may fall to either side: one step of the last grid.
    const step = (Math.max(...literal) - Math.min(...literal)) / 255;
    fused.forEach((value, i) => {
      expect(Math.abs(value - literal[i])).toBeLessThan(2.5 * step);
    });
  });

  it('keeps what it is told to keep', async () => {
    const keep = (name: string): boolean => name.startsWith('expand.');
    const integer = quantise(model, await observe(model, x), keep);
    expect(integer.nodes.filter(({ op }) => op === 'Clip')).toHaveLength(1);
    expect(integer.initializers.get('expand.w')?.type).toBe('float');
    expect(integer.initializers.get('mix.w.int8')?.type).toBe('int8');
    expect(integer.initializers.has('mix.w')).toBe(false);
  });

  it('is refused where an activation was not observed', () => {
    expect(() => quantise(model, new Map(), keepNothing)).toThrow('what x is like is not known');
  });
});

describe('onGrid', () => {
  const drawn = (seed: number): Tensor => {
    const random = createRandom(seed);
    return filled([3, 2, 1, 1], () => normal(random));
  };

  it('gives the weights that are stored, and gives them again when it is given them', () => {
    const w = drawn(7);
    const grid = onGrid(w);
    const seen = new Map(['x', 'Conv_1'].map((name) => [name, between(-1, 1)]));
    const { initializers } = quantise(
      product(
        w,
        filled([3], () => 0),
      ),
      seen,
      keepNothing,
    );
    const [steps, scale] = [initializers.get('w.int8'), initializers.get('w.scale')];
    if (steps?.type !== 'int8' || scale?.type !== 'float') throw new Error('no integer weights');
    expect([...grid.data]).toEqual([...steps.data].map((step, i) => Math.fround(step * scale.data[i >> 1])));
    onGrid(grid).data.forEach((value, i) => {
      expect(value).toBeCloseTo(grid.data[i], 6);
    });
  });

  it('is what training computes with', async () => {
    const w = drawn(8);
    w.data.fill(0, 2, 4); // a channel of zeros
    const g = new Graph();
    g.output('y', roundWeights(g, g.input('x', w.dims), WEIGHT_STEPS));
    const { y } = await run(g.toModel('rounding'), w);
    onGrid(w).data.forEach((value, i) => {
      expect(y.data[i]).toBeCloseTo(value, 6);
    });
    expect([...y.data]).not.toEqual([...w.data]);
  });
});
