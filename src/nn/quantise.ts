// Convolutions in 8 bits: a finished graph in, the same with its convolutions and sums on small integers out.
//
// Post-training quantisation (Jacob et al. 2018, Quantization and Training of Neural Networks for Efficient
// Integer-Arithmetic-Only Inference): an activation is uint8 with one scale and zero point, a weight int8 with one
// scale an output channel, a bias int32. The graph says it with pairs of QuantizeLinear and DequantizeLinear, which
// any engine can run as they stand and ONNX Runtime fuses into integer kernels.

import { int } from './graph.ts';
import type { Attribute, Initializer, OnnxModel, OnnxNode } from './onnx.ts';
import type { Tensor } from './tensor.ts';

/** What an activation was seen to be. */
export interface Observed {
  readonly low: number;
  readonly high: number;
  /** Of each channel. */
  readonly means: ArrayLike<number>;
}

/** By the activation's name. */
export type Observations = ReadonlyMap<string, Observed>;

/** By the name of its weights, whether a convolution stays in floating point. */
export type Keep = (weight: string) => boolean;

/**
 * One bit less than there is: on processors without VNNI the engine adds pairs of products in 16 bits, which
 * full-range weights overflow. With 7 bits every machine computes the same.
 */
export const WEIGHT_STEPS = 63;
const ACTIVATION_STEPS = 255;
const BIAS_STEPS = 2 ** 30;

/** Values that `quantise` needs to have been observed: all that flows into and out of what becomes integer. */
export function activationsOf(model: OnnxModel, keep: Keep): string[] {
  const { isInteger, resultOf } = partsOf(model, keep);
  const integer = model.nodes.filter(isInteger);
  return [...new Set(integer.flatMap((node) => [...activationInputs(node), resultOf(node)]))];
}

/** The same graph that tells those values as well. */
export function withOutputs(model: OnnxModel, names: readonly string[]): OnnxModel {
  const told = new Set([...model.inputs, ...model.outputs].map(({ name }) => name));
  const more = names.filter((name) => !told.has(name)).map((name) => ({ name }));
  return { ...model, outputs: [...model.outputs, ...more] };
}

/** Throws an Error when an activation was not observed. */
export function quantise(model: OnnxModel, observed: Observations, keep: Keep): OnnxModel {
  const { isInteger, resultOf, isAbsorbed } = partsOf(model, keep);
  const nodes: OnnxNode[] = [];
  const initializers = new Map(model.initializers);
  const onGrid = new Set<string>();

  /** Emits `from` → steps → `to`, on the grid of the named activation. Saturation at its ends is the clip. */
  const round = (from: string, to: string, activation: string): void => {
    const { scale, zero } = gridOf(activation, observed);
    const grid = [`${activation}.scale`, `${activation}.zero`];
    initializers.set(grid[0], { type: 'float', dims: [], data: Float32Array.of(scale) });
    initializers.set(grid[1], { type: 'uint8', dims: [], data: Uint8Array.of(zero) });
    nodes.push(nodeOf('QuantizeLinear', [from, ...grid], `${activation}.steps`));
    nodes.push(nodeOf('DequantizeLinear', [`${activation}.steps`, ...grid], to));
    onGrid.add(to);
  };

  /** An activation that floating point made, rounded once for all integer nodes that read it. */
  const rounded = (name: string): string => {
    if (onGrid.has(name)) return name;
    const to = `${name}.rounded`;
    if (!onGrid.has(to)) round(name, to, name);
    return to;
  };

  for (const node of model.nodes) {
    if (isAbsorbed(node)) continue;
    if (!isInteger(node)) {
      nodes.push(node);
      continue;
    }
    const inputs = activationInputs(node).map(rounded);
    const weights = node.op === 'Conv' ? integerWeights(node, observed, initializers, nodes) : [];
    const result = resultOf(node);
    nodes.push({ ...node, inputs: [...inputs, ...weights], outputs: [`${result}.wide`] });
    round(`${result}.wide`, result, result);
  }
  return { ...model, nodes, initializers };
}

/** Which nodes become integer, and which clips they absorb. */
function partsOf(model: OnnxModel, keep: Keep) {
  const clips = new Map(model.nodes.filter(({ op }) => op === 'Clip').map((clip) => [clip.inputs[0], clip]));
  const integer = new Set(
    model.nodes.filter(({ op, inputs }) => op === 'Add' || (op === 'Conv' && !keep(inputs[1]))),
  );
  const absorbed = new Set([...integer].flatMap(({ outputs: [output] }) => clips.get(output) ?? []));
  return {
    isInteger: (node: OnnxNode) => integer.has(node),
    isAbsorbed: (node: OnnxNode) => absorbed.has(node),
    resultOf: ({ outputs: [output] }: OnnxNode) => clips.get(output)?.outputs[0] ?? output,
  };
}

const activationInputs = ({ op, inputs }: OnnxNode): readonly string[] =>
  op === 'Conv' ? inputs.slice(0, 1) : inputs;

/** Stores a convolution's weights and bias as integers and emits what widens them; names of the wide ones. */
function integerWeights(
  { inputs: [x, w, b] }: OnnxNode,
  observed: Observations,
  initializers: Map<string, Initializer>,
  nodes: OnnxNode[],
): string[] {
  const [weight, bias] = [floatOf(initializers, w), floatOf(initializers, b)];
  const { scale } = gridOf(x, observed);
  const scales = weightScales(weight.data, bias.data, scale);
  const steps = stepsOf(weight, scales);
  const shifts = meanShifts(weight, steps, scales, observedOf(x, observed).means);
  // The sum of products has this scale, so a bias on it can be added as it is.
  const sums = scales.map((s) => s * scale);
  const channels = [weight.dims[0]];
  const biasSteps = Int32Array.from(bias.data, (value, i) => Math.round((value - shifts[i]) / sums[i]));
  initializers.delete(w);
  initializers.delete(b);
  initializers.set(`${w}.int8`, { type: 'int8', dims: weight.dims, data: steps });
  initializers.set(`${w}.scale`, { type: 'float', dims: channels, data: scales });
  initializers.set(`${w}.zero`, { type: 'int8', dims: channels, data: new Int8Array(channels[0]) });
  initializers.set(`${b}.int32`, { type: 'int32', dims: bias.dims, data: biasSteps });
  initializers.set(`${b}.scale`, { type: 'float', dims: channels, data: sums });
  initializers.set(`${b}.zero`, { type: 'int32', dims: channels, data: new Int32Array(channels[0]) });
  const byChannel = { axis: int(0) };
  nodes.push(nodeOf('DequantizeLinear', [`${w}.int8`, `${w}.scale`, `${w}.zero`], w, byChannel));
  nodes.push(nodeOf('DequantizeLinear', [`${b}.int32`, `${b}.scale`, `${b}.zero`], b, byChannel));
  return [w, b];
}

/** A convolution's weights as they will be once they are integers: what training with rounding in the loop sees. */
export function onGrid({ dims, data }: Tensor): Tensor {
  const scales = weightScales(data, new Float32Array(dims[0]), 1);
  return { dims, data: widened(stepsOf({ dims, data }, scales), scales) };
}

/** Steps on a grid as numbers again; one scale a channel, and as many steps a channel. */
export function widened(steps: Int8Array | Int32Array, scales: Float32Array): Float32Array {
  const width = steps.length / scales.length;
  return Float32Array.from(steps, (step, i) => step * scales[Math.floor(i / width)]);
}

function stepsOf({ data }: Tensor, scales: Float32Array): Int8Array {
  const width = data.length / scales.length;
  return Int8Array.from(data, (value, i) => Math.round(value / scales[Math.floor(i / width)]));
}

function floatOf(initializers: ReadonlyMap<string, Initializer>, name: string) {
  const value = initializers.get(name);
  if (value?.type !== 'float') throw new Error(`${name} is no stored weight of 32 bits`);
  return value;
}

/** The grid always holds 0, which padding is made of. */
function gridOf(name: string, observed: Observations): { scale: number; zero: number } {
  const seen = observedOf(name, observed);
  const [low, high] = [Math.min(0, seen.low), Math.max(0, seen.high)];
  const scale = Math.fround((high - low) / ACTIVATION_STEPS) || 1;
  return { scale, zero: Math.round(-low / scale) };
}

function observedOf(name: string, observed: Observations): Observed {
  const seen = observed.get(name);
  if (!seen) throw new Error(`what ${name} is like is not known`);
  return seen;
}

/**
 * By how much rounding its weights moves each channel's mean, to be taken off its bias (Nagel et al. 2019,
 * Data-Free Quantization through Weight Equalization and Bias Correction, section 4.2).
 */
function meanShifts(
  { dims: [channels, inputs, high, wide], data }: Tensor,
  steps: Int8Array,
  scales: Float32Array,
  means: ArrayLike<number>,
): Float32Array {
  const taps = high * wide;
  const shifts = new Float32Array(channels);
  data.forEach((weight, i) => {
    const channel = Math.floor(i / (inputs * taps));
    // A depthwise filter's only input is its own channel.
    const input = inputs === 1 ? channel : Math.floor(i / taps) % inputs;
    shifts[channel] += (steps[i] * scales[channel] - weight) * means[input];
  });
  return shifts;
}

/** One a channel: its largest weight takes every step, unless the bias then were no 32-bit integer any more. */
function weightScales(weights: Float32Array, biases: Float32Array, inputScale: number): Float32Array {
  const width = weights.length / biases.length;
  return biases.map((bias, channel) => {
    const largest = weights
      .subarray(channel * width, (channel + 1) * width)
      .reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    return Math.max(largest / WEIGHT_STEPS, Math.abs(bias) / inputScale / BIAS_STEPS) || 1;
  });
}

const nodeOf = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Record<string, Attribute> = {},
): OnnxNode => ({ op, inputs, outputs: [output], attributes });
