// Trained weights as plain ONNX: one graph with its weights inside and any number of pictures at once.

import { Graph, type Value } from '../nn/graph.ts';
import { decodeModel, encodeModel } from '../nn/onnx.ts';
import { type Scope, storedScope, type Weights } from '../nn/parameters.ts';
import type { Tensor } from '../nn/tensor.ts';
import { finder, reader } from './mouth.ts';
import { SEED_CNN_SIZE, seedCnn } from './seed-cnn.ts';

/** How a graph names the half-precision form of a weight. */
const HALF = /\.half$/;

type Network = (g: Graph, scope: Scope, x: Value) => Value;

/** Half precision halves the file; the engine widens the weights once, when it loads them. */
function exportNetwork(
  name: string,
  network: Network,
  weights: Weights,
  size: number,
  output: string,
): Uint8Array {
  const g = new Graph();
  const x = g.input('x', [1, 3, size, size]);
  g.output(output, network(g, storedScope(g, weights, 'float16'), x));
  return encodeModel(g.toModel(name, { dynamicBatch: true }));
}

/** The weights of an exported file again, by the names that its network asks for. */
export function weightsOfFile(file: Uint8Array): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const [name, value] of decodeModel(file).initializers) {
    if (value.type !== 'float16') continue; // constants of the graph are not weights
    weights.set(name.replace(HALF, ''), { dims: value.dims, data: value.data });
  }
  return weights;
}

export const exportFinder = (weights: Weights, size: number): Uint8Array =>
  exportNetwork('tampinha finder', finder, weights, size, 'map');

export const exportReader = (weights: Weights, size: number): Uint8Array =>
  exportNetwork('tampinha reader', reader, weights, size, 'state');

export const exportSeedCnn = (weights: Weights): Uint8Array =>
  exportNetwork('seed-cnn', seedCnn, weights, SEED_CNN_SIZE, 'state');
