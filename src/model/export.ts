// Trained weights as plain ONNX: one graph with its weights inside and any number of pictures at once.

import { Graph, type Precision, type Value } from '../nn/graph.ts';
import { decodeModel, encodeModel, type OnnxModel } from '../nn/onnx.ts';
import { type Scope, storedScope, type Weights } from '../nn/parameters.ts';
import { type Observations, onGrid, quantise, widened } from '../nn/quantise.ts';
import type { Tensor } from '../nn/tensor.ts';
import { bottleDetector, DETECTOR_PREFIX } from './bottle-detector.ts';
import { mobileNetStem } from './mobilenet.ts';
import { finderOnStem, reader } from './mouth.ts';
import { SEED_CNN_SIZE, seedCnn } from './seed-cnn.ts';

type Outputs = (g: Graph, scope: Scope, x: Value) => Readonly<Record<string, Value>>;
type MouthNetwork = 'finder' | 'reader';

/** Trained weights in half precision. */
export const exportFinder = (weights: Weights, size: number): Uint8Array =>
  encodeModel(modelOf('tampinha finder', finderOutputs(weights), weights, size));

export const exportReader = (weights: Weights, size: number): Uint8Array =>
  encodeModel(modelOf('tampinha reader', readerOutputs, weights, size));

export const exportSeedCnn = (weights: Weights): Uint8Array =>
  encodeModel(
    modelOf('seed-cnn', (g, scope, x) => ({ state: seedCnn(g, scope, x) }), weights, SEED_CNN_SIZE),
  );

/**
 * The layers of either network that stay in floating point when it is written for integers: the first ones,
 * whose few channels differ most in scale (with them as integers the reader's logits stray twice as far, and
 * nothing is faster), and the last, whose steps would show in the answer.
 */
export const staysFloat = (name: string): boolean =>
  /^(trunk\.(Conv|expanded_conv)|head\.(mouth|rest|dense|place)|bottle\.(small|large))\./.test(name);

/** The weights that will be integers and that training moves or reads through: not the pretrained detector's. */
export const trainsRounded = (name: string): boolean =>
  name.endsWith('.weight') && !staysFloat(name) && !name.startsWith(`${DETECTOR_PREFIX}.`);

/** The same weights, those of them on their grid that training saw there. */
export const asTrained = (weights: Weights): Map<string, Tensor> =>
  new Map([...weights].map(([name, weight]) => [name, trainsRounded(name) ? onGrid(weight) : weight]));

/** The network as `quantise` wants it: full precision where integers will be. */
export function wideModel(network: MouthNetwork, weights: Weights, size: number): OnnxModel {
  const outputs = network === 'finder' ? finderOutputs(weights) : readerOutputs;
  return modelOf(`tampinha ${network}`, outputs, weights, size, (name) =>
    staysFloat(name) ? 'float16' : 'float',
  );
}

/** The network with integer convolutions, on grids that span what was observed. */
export const exportInEightBits = (
  network: MouthNetwork,
  weights: Weights,
  size: number,
  observed: Observations,
): Uint8Array => encodeModel(quantise(wideModel(network, weights, size), observed, staysFloat));

/** The finder, and beside it the detector where its weights are given: outputs `map` and `bottle`. */
const finderOutputs =
  (weights: Weights): Outputs =>
  (g, scope, x) => {
    const stem = mobileNetStem(g, scope, x);
    const map = finderOnStem(g, scope, stem);
    const detects = weights.has(`${DETECTOR_PREFIX}.Conv_1.weight`);
    return detects ? { map, bottle: bottleDetector(g, scope, stem) } : { map };
  };

const readerOutputs: Outputs = (g, scope, x) => ({ state: reader(g, scope, x) });

function modelOf(
  name: string,
  outputs: Outputs,
  weights: Weights,
  size: number,
  precisionOf: (name: string) => Precision = () => 'float16',
): OnnxModel {
  const g = new Graph();
  const x = g.input('x', [1, 3, size, size]);
  const values = outputs(g, storedScope(g, weights, precisionOf), x);
  for (const [output, value] of Object.entries(values)) g.output(output, value);
  return g.toModel(name, { dynamicBatch: true });
}

/** The weights of an exported file again, by the names that its network asks for, as exact as it has them. */
export function weightsOfFile(file: Uint8Array): Map<string, Tensor> {
  const { initializers } = decodeModel(file);
  const weights = new Map<string, Tensor>();
  for (const [stored, value] of initializers) {
    const [, name = '', form] = /^(.*)\.(half|int8|int32)$/.exec(stored) ?? [];
    if (!form) continue; // constants of the graph are not weights
    const { dims } = value;
    if (value.type === 'float16') weights.set(name, { dims, data: value.data });
    if (value.type === 'int8' || value.type === 'int32') {
      const scale = initializers.get(`${name}.scale`);
      if (scale?.type !== 'float') throw new Error('integer weights have no scale');
      weights.set(name, { dims, data: widened(value.data, scale.data) });
    }
  }
  return weights;
}
