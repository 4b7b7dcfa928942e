// Trained weights as plain ONNX: one graph with its weights inside and any number of pictures at once.

import { Graph, type Precision, type Value } from '../nn/graph.ts';
import { decodeModel, encodeModel, type Initializer } from '../nn/onnx.ts';
import { type Scope, storedScope, type Weights } from '../nn/parameters.ts';
import type { Tensor } from '../nn/tensor.ts';
import { bottleDetector, DETECTOR_PREFIX } from './bottle-detector.ts';
import { mobileNetStem } from './mobilenet.ts';
import { finderOnStem, reader } from './mouth.ts';
import { SEED_CNN_SIZE, seedCnn } from './seed-cnn.ts';

type Outputs = (g: Graph, scope: Scope, x: Value) => Readonly<Record<string, Value>>;

/**
 * Trained weights in half precision, those of the frozen bottle detector in 8 bits: what a file of a few
 * megabytes has room for. Biases are few and stay in half precision.
 */
const precisionOf = (name: string): Precision =>
  name.startsWith(`${DETECTOR_PREFIX}.`) && name.endsWith('.weight') ? 'int8' : 'float16';

function exportNetwork(name: string, outputs: Outputs, weights: Weights, size: number): Uint8Array {
  const g = new Graph();
  const x = g.input('x', [1, 3, size, size]);
  const values = outputs(g, storedScope(g, weights, precisionOf), x);
  for (const [output, value] of Object.entries(values)) g.output(output, value);
  return encodeModel(g.toModel(name, { dynamicBatch: true }));
}

/** The weights of an exported file again, by the names that its network asks for. */
export function weightsOfFile(file: Uint8Array): Map<string, Tensor> {
  const { initializers } = decodeModel(file);
  const weights = new Map<string, Tensor>();
  for (const [stored, value] of initializers) {
    const [, name = '', form] = /^(.*)\.(half|int8)$/.exec(stored) ?? [];
    if (form === 'half' && value.type === 'float16')
      weights.set(name, { dims: value.dims, data: value.data });
    if (form === 'int8' && value.type === 'int8')
      weights.set(name, widened(value, initializers.get(`${name}.scale`)));
  }
  return weights; // constants of the graph are not weights
}

function widened(
  { dims, data }: Extract<Initializer, { type: 'int8' }>,
  scale: Initializer | undefined,
): Tensor {
  if (scale?.type !== 'float') throw new Error('8-bit weights have no scale');
  const width = data.length / dims[0];
  return { dims, data: Float32Array.from(data, (step, i) => step * scale.data[Math.floor(i / width)]) };
}

/** The finder, and beside it the detector where its weights are given: outputs `map` and `bottle`. */
export const exportFinder = (weights: Weights, size: number): Uint8Array =>
  exportNetwork(
    'tampinha finder',
    (g, scope, x) => {
      const stem = mobileNetStem(g, scope, x);
      const map = finderOnStem(g, scope, stem);
      const detects = weights.has(`${DETECTOR_PREFIX}.Conv_1.weight`);
      return detects ? { map, bottle: bottleDetector(g, scope, stem) } : { map };
    },
    weights,
    size,
  );

export const exportReader = (weights: Weights, size: number): Uint8Array =>
  exportNetwork('tampinha reader', (g, scope, x) => ({ state: reader(g, scope, x) }), weights, size);

export const exportSeedCnn = (weights: Weights): Uint8Array =>
  exportNetwork('seed-cnn', (g, scope, x) => ({ state: seedCnn(g, scope, x) }), weights, SEED_CNN_SIZE);
