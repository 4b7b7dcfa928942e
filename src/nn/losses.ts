// Losses from logits. Targets and weights are fed; every loss is a scalar, Σ weight · term ÷ normaliser.

import { expectShape, type Graph, type Value } from './graph.ts';
import { softplusNodes } from './ops.ts';

/**
 * Binary cross-entropy with logits: softplus(x) − t·x, weighted.
 * Shapes: logits, targets (0–1) and weights (≥ 0) alike. `normaliser` is a fed scalar (1 / Σ weight, say):
 * the caller knows what a batch's weights mean, and an all-zero batch must not divide by zero.
 */
export function binaryCrossEntropy(
  g: Graph,
  logits: Value,
  targets: Value,
  weights: Value,
  normaliser: Value,
): Value {
  checkAlike(logits, targets, weights);
  const shape = logits.shape;
  const terms = g.emit('Sub', [softplusNodes(g, logits), g.emit('Mul', [targets, logits], shape)], shape);
  return g.record(weightedSum(g, terms, weights, normaliser), [logits], (dy) => [
    () => {
      const error = g.emit('Sub', [g.emit('Sigmoid', [logits], shape), targets], shape);
      return weighted(g, error, weights, normaliser, dy);
    },
  ]);
}

/**
 * Focal loss (Lin et al. 2017, eq. 4 without α) for targets 0 or 1: easy examples count (1 − p_t)^γ.
 * A map of mouths is nearly all background; plain cross-entropy would drown the few mouths.
 */
export function focalLoss(
  g: Graph,
  logits: Value,
  targets: Value,
  weights: Value,
  normaliser: Value,
  gamma = 2,
): Value {
  checkAlike(logits, targets, weights);
  const { shape } = logits;
  // s = ±x so that softplus(−s) = −log p_t and sigmoid(−s) = 1 − p_t.
  const sign = g.emit('Sub', [g.emit('Mul', [targets, g.scalar(2)], shape), g.scalar(1)], shape);
  const against = g.emit('Neg', [g.emit('Mul', [sign, logits], shape)], shape);
  const surprise = softplusNodes(g, against);
  const missed = g.emit('Sigmoid', [against], shape);
  const modulation = g.emit('Pow', [missed, g.scalar(gamma)], shape);
  const terms = g.emit('Mul', [modulation, surprise], shape);
  return g.record(weightedSum(g, terms, weights, normaliser), [logits], (dy) => [
    () => {
      // d/ds = −(1 − p)^γ · (γ · p · softplus(−s) + (1 − p)), and ds/dx = sign.
      const p = g.emit('Sub', [g.scalar(1), missed], shape);
      const pull = g.emit('Mul', [g.emit('Mul', [p, surprise], shape), g.scalar(gamma)], shape);
      const slope = g.emit('Mul', [modulation, g.emit('Add', [pull, missed], shape)], shape);
      const error = g.emit('Neg', [g.emit('Mul', [slope, sign], shape)], shape);
      return weighted(g, error, weights, normaliser, dy);
    },
  ]);
}

/** Smooth L1 (Girshick 2015, eq. 3): ½e² inside ±1, |e| − ½ outside, for sizes, offsets and directions. */
export function smoothL1(
  g: Graph,
  predicted: Value,
  targets: Value,
  weights: Value,
  normaliser: Value,
): Value {
  checkAlike(predicted, targets, weights);
  const { shape } = predicted;
  const error = g.emit('Sub', [predicted, targets], shape);
  const clipped = g.emit('Clip', [error, g.scalar(-1), g.scalar(1)], shape);
  // With c the clipped error the term is c·(e − c/2) on both sides, and its slope is c itself.
  const rest = g.emit('Sub', [error, g.emit('Mul', [clipped, g.scalar(0.5)], shape)], shape);
  const terms = g.emit('Mul', [clipped, rest], shape);
  return g.record(weightedSum(g, terms, weights, normaliser), [predicted], (dy) => [
    () => weighted(g, clipped, weights, normaliser, dy),
  ]);
}

function checkAlike(logits: Value, targets: Value, weights: Value): void {
  expectShape('targets', targets.shape, logits.shape);
  expectShape('weights', weights.shape, logits.shape);
}

function weightedSum(g: Graph, terms: Value, weights: Value, normaliser: Value): Value {
  const total = g.emit('ReduceSum', [g.emit('Mul', [terms, weights], terms.shape)], []);
  // ReduceSum keeps its axes unless told; Squeeze gives the scalar that a loss is.
  return g.emit('Mul', [g.emit('Squeeze', [total], []), normaliser], []);
}

function weighted(g: Graph, error: Value, weights: Value, normaliser: Value, dy: Value): Value {
  const each = g.emit('Mul', [error, weights], error.shape);
  return g.emit('Mul', [each, g.emit('Mul', [normaliser, dy], [])], error.shape);
}
