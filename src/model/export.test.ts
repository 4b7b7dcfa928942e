// What is written for serving against what was trained: the same network, rounded once to half precision.

import { describe, expect, it } from 'vitest';
import { createSession } from '../engine/session.ts';
import { Graph, type Value } from '../nn/graph.ts';
import { decodeModel, encodeModel, fromHalf, toHalf } from '../nn/onnx.ts';
import { initialiseWeights, type Scope, storedScope, type Weights } from '../nn/parameters.ts';
import { activationsOf, withOutputs } from '../nn/quantise.ts';
import { createRandom } from '../nn/random.ts';
import { sizeOf, type Tensor } from '../nn/tensor.ts';
import {
  exportFinder,
  exportInEightBits,
  exportReader,
  exportSeedCnn,
  staysFloat,
  weightsOfFile,
  wideModel,
} from './export.ts';
import { trunkPrefix } from './mobilenet.ts';
import { finder, reader } from './mouth.ts';
import { SEED_CNN_SIZE, seedCnn } from './seed-cnn.ts';

type Network = (g: Graph, scope: Scope, x: Value) => Value;

const draw = (network: Network, size: number): Weights =>
  initialiseWeights((g, scope) => network(g, scope, g.input('x', [1, 3, size, size])), 1);

function picture(n: number, size: number): Tensor {
  const random = createRandom(8);
  const dims = [n, 3, size, size];
  return { dims, data: Float32Array.from({ length: sizeOf(dims) }, () => 2 * random() - 1) };
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

/** The network in full precision, its weights rounded to what half precision can hold. */
async function reference(network: Network, weights: Weights, x: Tensor): Promise<Tensor> {
  const rounded = new Map(
    [...weights].map(([name, { dims, data }]) => [
      name,
      { dims, data: data.map((w) => fromHalf(toHalf(w))) },
    ]),
  );
  const g = new Graph();
  g.output('y', network(g, storedScope(g, rounded), g.input('x', x.dims)));
  return (await (await createSession(encodeModel(g.toModel('reference')), { threads: 1 })).run({ x })).y;
}

describe.each([
  { name: 'finder', network: finder, size: 64, write: exportFinder, output: 'map' },
  { name: 'reader', network: reader, size: 64, write: exportReader, output: 'state' },
  { name: 'seed-cnn', network: seedCnn, size: SEED_CNN_SIZE, write: exportSeedCnn, output: 'state' },
])('the written $name', ({ name, network, size, write, output }) => {
  const weights = draw(network, size);
  const bytes = write(weights, size);

  it('answers for any number of pictures as the network that was trained', async () => {
    const x = picture(2, size);
    const session = await createSession(bytes, { threads: 1 });
    expect([session.inputNames, session.outputNames]).toEqual([['x'], [output]]);
    const expected = await reference(network, weights, x);
    const both = (await session.run({ x }))[output];
    expect(both.dims).toEqual(expected.dims);
    const tolerance = 1e-4 * Math.max(...expected.data.map(Math.abs));
    expect(largestDifference(both.data, expected.data)).toBeLessThan(tolerance);
    const first = { dims: [1, 3, size, size], data: x.data.slice(0, x.data.length / 2) };
    const one = (await session.run({ x: first }))[output].data;
    expect(largestDifference(one, both.data.subarray(0, one.length))).toBeLessThan(tolerance);
  });

  it.runIf(name !== 'seed-cnn')('is read back by name and shape, and written again byte for byte', () => {
    const model = decodeModel(bytes);
    for (const [name, { dims }] of weights) {
      expect(model.initializers.get(`${name}.half`)).toMatchObject({ type: 'float16', dims });
    }
    expect(Buffer.from(encodeModel(model)).equals(bytes)).toBe(true);
  });
});

const least = (values: Float32Array): number => values.reduce((low, value) => Math.min(low, value), 0);

describe.each([
  { name: 'finder' as const, network: finder, output: 'map' },
  { name: 'reader' as const, network: reader, output: 'state' },
])('the $name written in integers', ({ name, network, output }) => {
  const size = 64;
  const weights = draw(network, size);
  const x = picture(2, size);

  async function write(): Promise<Uint8Array> {
    const model = wideModel(name, weights, size);
    const activations = activationsOf(model, staysFloat);
    const session = await createSession(encodeModel(withOutputs(model, activations)), { threads: 1 });
    const seen: Record<string, Tensor> = { ...(await session.run({ x })), x };
    const observed = activations.map((value) => {
      const { dims, data } = seen[value];
      return [
        value,
        { low: least(data), high: -least(data.map((v) => -v)), means: new Float32Array(dims[1]) },
      ] as const;
    });
    return exportInEightBits(name, weights, size, new Map(observed));
  }

  it('is little more than half as large, and answers as its rounding taken literally does', async () => {
    const [bytes, half] = [await write(), (name === 'finder' ? exportFinder : exportReader)(weights, size)];
    expect(bytes.length).toBeLessThan(0.62 * half.length);
    const answer = async (optimise: 'all' | 'off') =>
      (await (await createSession(bytes, { threads: 1, optimise })).run({ x }))[output].data;
    const [fused, literal] = [await answer('all'), await answer('off')];
    const spread = -least(literal.map((v) => -v)) - least(literal);
    expect(largestDifference(fused, literal)).toBeLessThan(0.03 * spread);
  });

  it('is read back by name, every weight to half a step of its channel', async () => {
    const read = weightsOfFile(await write());
    expect([...read.keys()].sort()).toEqual([...weights.keys()].sort());
    for (const [weight, { dims, data }] of weights) {
      if (staysFloat(weight) || !weight.endsWith('.weight')) continue;
      const stored = read.get(weight);
      expect(stored?.dims).toEqual(dims);
      const width = data.length / dims[0];
      for (let channel = 0; channel < dims[0]; channel += 1) {
        const row = data.subarray(channel * width, (channel + 1) * width);
        const step = Math.max(...row.map(Math.abs)) / 63;
        const back = stored?.data.subarray(channel * width, (channel + 1) * width) ?? new Float32Array(width);
        expect(largestDifference(row, back)).toBeLessThanOrEqual(0.51 * step);
      }
    }
  });
});

describe('the seed network', () => {
  it('has the 11.17 million weights of the original', () => {
    const shapes = new Map<string, readonly number[]>();
    const declare = (name: string, shape: readonly number[]): Value => {
      shapes.set(name, shape);
      return { name, shape };
    };
    const g = new Graph();
    const scope = { parameter: declare, buffer: declare, update: () => undefined, training: false };
    seedCnn(g, scope, g.input('x', [1, 3, SEED_CNN_SIZE, SEED_CNN_SIZE]));
    // 3·3·3·32, 3·3·32·64, 3·3·64·128, 26·26·128·128 and 128, as Keras's summary counts them.
    const matrices = [...shapes.values()].filter((shape) => shape.length > 1).map(sizeOf);
    expect(matrices).toEqual([864, 18432, 73728, 11075584, 128]);
    expect([...shapes.values()].reduce((sum, shape) => sum + sizeOf(shape), 0)).toBe(11_169_089);
  });
});

describe('the trunk', () => {
  it('has the 1.8 million weights of MobileNetV2 up to its last block, batch norms folded', () => {
    const weights = draw(reader, 64);
    const trunk = [...weights].filter(([name]) => name.startsWith('trunk.'));
    expect(trunk).toHaveLength(2 * (1 + 2 + 16 * 3));
    // torchvision counts 2,223,872 before the classifier, 412,160 of them in the last 1 × 1 convolution; of
    // the two weights that each of the other 15,776 normalised channels has, folding leaves one.
    const expected = 2_223_872 - 412_160 - 15_776;
    expect(trunk.reduce((sum, [, { dims }]) => sum + sizeOf(dims), 0)).toBe(expected);
  });

  it('can be frozen up to any block, and block 1 is not mistaken for block 10', () => {
    const frozen = trunkPrefix(1);
    const name = (layer: string): string => `trunk.${layer}.weight`;
    expect(frozen(name('Conv'))).toBe(true);
    expect(frozen(name('expanded_conv.project'))).toBe(true);
    expect(frozen(name('expanded_conv_1.expand'))).toBe(true);
    expect(frozen(name('expanded_conv_2.expand'))).toBe(false);
    expect(frozen(name('expanded_conv_10.expand'))).toBe(false);
    expect(frozen('head.p5.weight')).toBe(false);
    expect(trunkPrefix(-1)(name('Conv'))).toBe(true);
    expect(trunkPrefix(-1)(name('expanded_conv.depthwise'))).toBe(false);
  });
});
