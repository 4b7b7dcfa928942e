// Trained weights as plain ONNX: one graph with its weights inside and any number of pictures at once.

import { Graph, type Value } from '../nn/graph.ts';
import { encodeModel } from '../nn/onnx.ts';
import { type Scope, storedScope, type Weights } from '../nn/parameters.ts';
import { finder, reader } from './mouth.ts';
import { SEED_CNN_SIZE, seedCnn } from './seed-cnn.ts';

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

export const exportFinder = (weights: Weights, size: number): Uint8Array =>
  exportNetwork('tampinha finder', finder, weights, size, 'map');

export const exportReader = (weights: Weights, size: number): Uint8Array =>
  exportNetwork('tampinha reader', reader, weights, size, 'state');

export const exportSeedCnn = (weights: Weights): Uint8Array =>
  exportNetwork('seed-cnn', seedCnn, weights, SEED_CNN_SIZE, 'state');
