// AdamW, gradient clipping, weight averaging and the learning-rate schedule. The update is part of the graph.

import { countOf, type Graph, type Value } from './graph.ts';
import { sumTo } from './ops.ts';

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled (Loshchilov & Hutter 2019); applied only where `decays` says. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this global norm (Pascanu et al. 2013); Infinity switches it off. */
  readonly clipNorm: number;
}

export const ADAMW: AdamWSettings = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
};

/** What changes from step to step and is therefore fed, all scalars. */
export interface StepScalars {
  readonly learningRate: Value;
  /** 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ), t counted from 1 (Kingma & Ba 2015, algorithm 1). */
  readonly correction1: Value;
  readonly correction2: Value;
}

export interface AdamWState {
  readonly weight: Value;
  readonly mean: Value;
  readonly square: Value;
}

/** The factor that brings all gradients together to at most `clipNorm`, and their norm before. */
export function clipFactor(
  g: Graph,
  gradients: readonly Value[],
  clipNorm: number,
): { factor: Value; norm: Value } {
  const squares = gradients.map((shaped) => {
    const gradient = flat(g, shaped);
    const square = g.emit('Mul', [gradient, gradient], gradient.shape);
    return sumTo(
      g,
      square,
      gradient.shape.map((_, axis) => axis),
    );
  });
  const total = squares.length > 1 ? g.emit('Sum', squares, []) : squares[0];
  const norm = g.emit('Sqrt', [total], []);
  if (!Number.isFinite(clipNorm)) return { factor: g.scalar(1), norm };
  const ratio = g.emit('Div', [g.scalar(clipNorm), g.emit('Add', [norm, g.scalar(1e-6)], [])], []);
  return { factor: g.emit('Min', [ratio, g.scalar(1)], []), norm };
}

/**
 * One AdamW update of one weight. Scalars are multiplied with each other first: every product with a whole
 * tensor is a pass over memory. Where the last dimensions are 1, as in a 1 × 1 convolution, the weight is
 * flattened first: the engine would multiply it by a scalar element by element, eighteen times slower.
 */
export function adamW(
  g: Graph,
  before: AdamWState,
  shapedGradient: Value,
  factor: Value,
  scalars: StepScalars,
  settings: AdamWSettings,
  options: { rate: number; decays: boolean },
): AdamWState {
  const [weight, mean, square] = [flat(g, before.weight), flat(g, before.mean), flat(g, before.square)];
  const gradient = flat(g, shapedGradient);
  const { shape } = weight;
  const emit = (op: string, x: Value, y: Value): Value => g.emit(op, [x, y], shape);
  const scalar = (op: string, x: Value, y: Value): Value => g.emit(op, [x, y], []);
  const share1 = scalar('Mul', factor, g.scalar(1 - settings.beta1));
  const share2 = scalar('Mul', scalar('Mul', factor, factor), g.scalar(1 - settings.beta2));
  const nextMean = emit('Add', emit('Mul', mean, g.scalar(settings.beta1)), emit('Mul', gradient, share1));
  const squared = emit('Mul', emit('Mul', gradient, gradient), share2);
  const nextSquare = emit('Add', emit('Mul', square, g.scalar(settings.beta2)), squared);
  // m̂ / (√v̂ + ε) with both corrections taken out: (c₁ / √c₂) · m / (√v + ε / √c₂).
  const rootCorrection = g.emit('Sqrt', [scalars.correction2], []);
  const epsilon = scalar('Div', g.scalar(settings.epsilon), rootCorrection);
  const root = g.emit('Sqrt', [nextSquare], shape);
  const direction = emit('Div', nextMean, emit('Add', root, epsilon));
  const learningRate = scalar('Mul', scalars.learningRate, g.scalar(options.rate));
  const correction = scalar('Div', scalars.correction1, rootCorrection);
  const step = emit('Mul', direction, scalar('Mul', learningRate, correction));
  const decay = options.decays ? settings.weightDecay : 0;
  const kept = scalar('Sub', g.scalar(1), scalar('Mul', learningRate, g.scalar(decay)));
  const shrunk = decay > 0 ? emit('Mul', weight, kept) : weight;
  const shaped = (value: Value): Value => reshaped(g, value, before.weight.shape);
  return { weight: shaped(emit('Sub', shrunk, step)), mean: shaped(nextMean), square: shaped(nextSquare) };
}

function flat(g: Graph, value: Value): Value {
  const size = countOf(value);
  return value.shape.at(-1) === 1 ? g.emit('Reshape', [value, g.ints([size])], [size]) : value;
}

const reshaped = (g: Graph, value: Value, shape: readonly number[]): Value =>
  value.shape.length === shape.length ? value : g.emit('Reshape', [value, g.ints(shape)], shape);

/** average + (1 − decay) · (weight − average): exponential moving average (Polyak & Juditsky 1992). */
export function movingAverage(g: Graph, average: Value, weight: Value, share: Value): Value {
  const [from, to] = [flat(g, average), flat(g, weight)];
  const difference = g.emit('Sub', [to, from], to.shape);
  const next = g.emit('Add', [from, g.emit('Mul', [difference, share], to.shape)], to.shape);
  return reshaped(g, next, weight.shape);
}

export interface Schedule {
  readonly peak: number;
  readonly steps: number;
  readonly warmup: number;
  /** The rate at the last step, as a share of the peak. */
  readonly floor: number;
}

/** Linear warm-up, then a half cosine (Loshchilov & Hutter 2017, without restarts). `step` counts from 0. */
export function learningRateAt(step: number, { peak, steps, warmup, floor }: Schedule): number {
  if (step < warmup) return (peak * (step + 1)) / warmup;
  const progress = Math.min(1, (step - warmup) / Math.max(1, steps - 1 - warmup));
  return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}

/** Early averages forget fast: the share of the new weight is 1 / (1 + t / 10) until `1 − decay` takes over. */
export function averagingShare(step: number, decay: number): number {
  return Math.max(1 - decay, 10 / (10 + step));
}
