// How a network asks for its weights. One network function serves three purposes (initialise, train, export);
// the scope it is given decides whether a weight is drawn, fed, or stored in the model.

import { Graph, type Precision, type Value } from './graph.ts';
import { createRandom, normal, type Random } from './random.ts';
import { sizeOf, type Tensor } from './tensor.ts';

export type Initialise = (shape: readonly number[], random: Random) => Float32Array;

/** Weights by name, in the order in which the network asked for them. */
export type Weights = ReadonlyMap<string, Tensor>;

export interface Scope {
  /** A weight that gradients train, unless it is frozen. */
  parameter(name: string, shape: readonly number[], initialise: Initialise): Value;
  /** A weight that the network itself moves, such as the averages of batch normalisation. */
  buffer(name: string, shape: readonly number[], initialise: Initialise): Value;
  /** Tells the next value of a buffer; ignored outside training. */
  update(name: string, value: Value): void;
  readonly training: boolean;
}

/** He et al. 2015, eq. 10: keeps the variance through layers of rectifiers. `shape[0]` counts outputs. */
export const heNormal: Initialise = (shape, random) => {
  const fanIn = sizeOf(shape) / shape[0];
  return new Float32Array(sizeOf(shape)).map(() => normal(random) * Math.sqrt(2 / fanIn));
};

/** Glorot & Bengio 2010, eq. 16, for dense weights (in, out) and convolutions (out, in, k, k) alike. */
export const glorotUniform: Initialise = (shape, random) => {
  const field = sizeOf(shape.slice(2));
  const limit = Math.sqrt(6 / ((shape[0] + shape[1]) * field));
  return new Float32Array(sizeOf(shape)).map(() => (2 * random() - 1) * limit);
};

export const constant =
  (value: number): Initialise =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

export const zeros: Initialise = constant(0);

/** Draws every weight that the network asks for, each from a stream of its own name and the seed. */
export function initialiseWeights(
  network: (g: Graph, scope: Scope) => unknown,
  seed: number,
): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  const draw = (name: string, shape: readonly number[], initialise: Initialise): Value => {
    if (!weights.has(name)) {
      const stream = [...name].map((letter) => letter.codePointAt(0) ?? 0);
      weights.set(name, { dims: shape, data: initialise(shape, createRandom(seed, ...stream)) });
    }
    return { name, shape };
  };
  network(new Graph(), { parameter: draw, buffer: draw, update: () => undefined, training: false });
  return weights;
}

/** A scope that stores given weights in the graph, each in the precision that its name asks for. */
export function storedScope(
  g: Graph,
  weights: Weights,
  precisionOf: (name: string) => Precision = () => 'float',
): Scope {
  const stored = new Map<string, Value>();
  const store = (name: string, shape: readonly number[]): Value => {
    const known = stored.get(name);
    if (known) return known;
    const value = g.initializer(name, weightOf(weights, name, shape), precisionOf(name));
    stored.set(name, value);
    return value;
  };
  return { parameter: store, buffer: store, update: () => undefined, training: false };
}

/** The weight of that name; throws when it is missing or has another shape. */
export function weightOf(weights: Weights, name: string, shape: readonly number[]): Tensor {
  const weight = weights.get(name);
  if (!weight) throw new Error(`there is no weight named ${name}`);
  if (weight.dims.join() !== shape.join()) {
    throw new RangeError(`weight ${name} has shape [${weight.dims}] where the network wants [${shape}]`);
  }
  return weight;
}
