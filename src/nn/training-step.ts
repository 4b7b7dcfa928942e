// One training step as one ONNX model: forward, backward, clip, update, average. Weights and optimiser state
// go in and come out; nothing is kept between runs, so a checkpoint is nothing but that state.

import { Graph, type Value } from './graph.ts';
import type { OnnxModel } from './onnx.ts';
import { roundWeights } from './ops.ts';
import { type AdamWSettings, adamW, clipFactor, movingAverage } from './optimiser.ts';
import type { Scope, Weights } from './parameters.ts';
import { weightOf } from './parameters.ts';
import { onGrid, WEIGHT_STEPS } from './quantise.ts';
import type { Session, Tensor } from './tensor.ts';
import { tensor } from './tensor.ts';

export interface StepSettings {
  readonly adamW: AdamWSettings;
  /** Frozen weights are stored in the model; no gradient reaches them or anything only they lead to. */
  readonly frozen: (name: string) => boolean;
  /** Learning rate of one weight relative to the schedule's. */
  readonly rate: (name: string) => number;
  /** Weights that will be integers: the network computes with them on their grid while they move off it. */
  readonly rounded?: (name: string) => boolean;
}

/** What a loss function returns: the scalar to minimise, and scalars worth logging. */
export interface Loss {
  readonly loss: Value;
  readonly report: Readonly<Record<string, Value>>;
}

export interface TrainingStep {
  readonly model: OnnxModel;
  /** Weights, moments and averages at step 0, by the model's input name. */
  readonly initialState: Map<string, Tensor>;
  /** Names of trained weights, in order. */
  readonly trained: readonly string[];
  readonly frozen: Weights;
}

const STATE = { weight: 'w/', mean: 'm/', square: 'v/', average: 'a/' } as const;

/** Writes the step. `lossOf` builds the network and its loss; its inputs are declared with `g.input`. */
export function writeTrainingStep(
  weights: Weights,
  lossOf: (g: Graph, scope: Scope) => Loss,
  settings: StepSettings,
): TrainingStep {
  const g = new Graph();
  const parameters = new Map<string, Value>();
  const buffers = new Map<string, Value>();
  const updates = new Map<string, Value>();
  const frozen = new Map<string, Tensor>();
  const given = new Map<string, Value>();
  const give = (into: Map<string, Value>, name: string, shape: readonly number[]): Value => {
    const weight = weightOf(weights, name, shape);
    const rounded = settings.rounded?.(name) ?? false;
    if (settings.frozen(name)) {
      frozen.set(name, weight);
      return g.initializer(name, rounded ? onGrid(weight) : weight);
    }
    const value = g.input(STATE.weight + name, shape);
    into.set(name, value);
    return rounded ? roundWeights(g, value, WEIGHT_STEPS) : value;
  };
  const fed = (into: Map<string, Value>, name: string, shape: readonly number[]): Value => {
    const value = given.get(name) ?? give(into, name, shape);
    given.set(name, value);
    return value;
  };
  const scope: Scope = {
    parameter: (name, shape) => fed(parameters, name, shape),
    buffer: (name, shape) => fed(buffers, name, shape),
    update: (name, value) => updates.set(name, value),
    training: true,
  };

  const { loss, report } = lossOf(g, scope);
  const gradients = g.gradients(loss, [...parameters.values()]);
  const { factor, norm } = clipFactor(g, [...gradients.values()], settings.adamW.clipNorm);
  const scalars = {
    learningRate: g.input('learningRate', []),
    correction1: g.input('correction1', []),
    correction2: g.input('correction2', []),
  };
  const averagingShare = g.input('averagingShare', []);
  const initialState = new Map<string, Tensor>();
  const keep = (prefix: string, name: string, start: Tensor): Value => {
    // A copy each: the run writes into these buffers.
    initialState.set(prefix + name, tensor(start.dims, start.data.slice()));
    return prefix === STATE.weight
      ? { name: prefix + name, shape: start.dims }
      : g.input(prefix + name, start.dims);
  };

  for (const [name, value] of parameters) {
    const start = weightOf(weights, name, value.shape);
    const zero = tensor(start.dims, new Float32Array(start.data.length));
    const before = {
      weight: keep(STATE.weight, name, start),
      mean: keep(STATE.mean, name, zero),
      square: keep(STATE.square, name, zero),
    };
    // Biases and normalisation's scales are not shrunk: they do not overfit and must find their level.
    const options = { rate: settings.rate(name), decays: start.dims.length > 1 };
    const gradient = gradients.get(value.name);
    if (!gradient) throw new Error(`no gradient for ${name}`);
    const after = adamW(g, before, gradient, factor, scalars, settings.adamW, options);
    const average = movingAverage(g, keep(STATE.average, name, start), after.weight, averagingShare);
    g.output(next(STATE.weight + name), after.weight);
    g.output(next(STATE.mean + name), after.mean);
    g.output(next(STATE.square + name), after.square);
    g.output(next(STATE.average + name), average);
  }
  for (const [name, value] of buffers) {
    keep(STATE.weight, name, weightOf(weights, name, value.shape));
    g.output(next(STATE.weight + name), updates.get(name) ?? value);
  }
  g.output('loss', loss);
  g.output('gradientNorm', norm);
  for (const [name, value] of Object.entries(report)) g.output(`report/${name}`, value);
  return { model: g.toModel('training step'), initialState, trained: [...parameters.keys()], frozen };
}

const next = (name: string): string => `${name}'`;

export interface StepResult {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly report: Record<string, number>;
}

/** Scalars of step t (from 0) that the graph is fed. */
export interface StepFeeds {
  readonly step: number;
  readonly learningRate: number;
  readonly averagingShare: number;
}

/**
 * Runs one step. Reads `state`, writes the new state into `spare` (same names and shapes) and returns them
 * swapped, so that two sets of buffers last for the whole training.
 */
export async function runTrainingStep(
  session: Session,
  settings: AdamWSettings,
  state: Map<string, Tensor>,
  spare: Map<string, Tensor>,
  batch: Readonly<Record<string, Tensor>>,
  { step, learningRate, averagingShare }: StepFeeds,
): Promise<StepResult> {
  const scalar = (value: number): Tensor => tensor([], [value]);
  const feeds: Record<string, Tensor> = {
    ...batch,
    ...Object.fromEntries(state),
    learningRate: scalar(learningRate),
    correction1: scalar(1 / (1 - settings.beta1 ** (step + 1))),
    correction2: scalar(1 / (1 - settings.beta2 ** (step + 1))),
    averagingShare: scalar(averagingShare),
  };
  const into: Record<string, Tensor> = {};
  for (const [name, value] of spare) into[next(name)] = value;
  const results = await session.run(feeds, into);
  const report: Record<string, number> = {};
  for (const [name, value] of Object.entries(results)) {
    if (name.startsWith('report/')) report[name.slice('report/'.length)] = value.data[0];
  }
  return { loss: results.loss.data[0], gradientNorm: results.gradientNorm.data[0], report };
}

/** A second set of buffers for `runTrainingStep`. */
export function spareState(state: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map(
    [...state].map(([name, { dims, data }]) => [name, { dims, data: new Float32Array(data.length) }]),
  );
}

/** Weights as trained, or their moving averages, together with the frozen ones. */
export function weightsOf(
  step: TrainingStep,
  state: ReadonlyMap<string, Tensor>,
  which: 'trained' | 'averaged',
): Map<string, Tensor> {
  const weights = new Map<string, Tensor>(step.frozen);
  for (const [name, value] of state) {
    if (name.startsWith(STATE.weight)) weights.set(name.slice(STATE.weight.length), value);
  }
  if (which === 'averaged') {
    for (const name of step.trained) {
      const average = state.get(STATE.average + name);
      if (average) weights.set(name, average);
    }
  }
  return weights;
}
