// Logistic regression on a handful of features, by Newton's method (iteratively reweighted least squares).

import { sigmoid } from '../model/calibration.ts';

export interface LogisticExample {
  readonly features: readonly number[];
  readonly positive: boolean;
  /** How much this example counts. */
  readonly weight: number;
}

/** P(positive) = sigmoid(bias + Σ weight · feature). */
export interface LogisticModel {
  readonly weights: readonly number[];
  readonly bias: number;
}

const STEPS = 50;

/**
 * The weights of least log loss plus ½ · ridge · |weights|² in units of the features' standard deviations; the
 * bias is free. Throws a RangeError when one of the two classes is missing.
 */
export function fitLogistic(examples: readonly LogisticExample[], ridge: number): LogisticModel {
  if (!examples.some(({ positive }) => positive) || examples.every(({ positive }) => positive))
    throw new RangeError('Logistic regression needs examples of both classes');
  const total = examples.reduce((sum, { weight }) => sum + weight, 0);
  const scales = examples[0].features.map((_, k) => moments(examples, k, total));
  const rows = examples.map(({ features, positive, weight }) => ({
    // The last feature is the constant that the bias multiplies.
    x: [...features.map((value, k) => (value - scales[k].mean) / scales[k].deviation), 1],
    y: positive ? 1 : 0,
    weight: weight / total,
  }));
  let beta = Array<number>(scales.length + 1).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const change = newtonStep(rows, beta, ridge);
    beta = beta.map((value, k) => value - change[k]);
    if (Math.max(...change.map(Math.abs)) < 1e-10) break;
  }
  const weights = scales.map(({ deviation }, k) => beta[k] / deviation);
  const bias = beta[scales.length] - weights.reduce((sum, weight, k) => sum + weight * scales[k].mean, 0);
  return { weights, bias };
}

function moments(examples: readonly LogisticExample[], k: number, total: number) {
  const mean = examples.reduce((sum, { features, weight }) => sum + weight * features[k], 0) / total;
  const spread = examples.reduce((sum, { features, weight }) => sum + weight * (features[k] - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(spread / total) || 1 };
}

interface Row {
  readonly x: readonly number[];
  readonly y: number;
  readonly weight: number;
}

function newtonStep(rows: readonly Row[], beta: readonly number[], ridge: number): number[] {
  const size = beta.length;
  const penalty = (k: number): number => (k === size - 1 ? 1e-12 : ridge);
  const gradient = beta.map((value, k) => (k === size - 1 ? 0 : ridge * value));
  const hessian = beta.map((_, i) => beta.map((_value, k) => (i === k ? penalty(k) : 0)));
  for (const { x, y, weight } of rows) {
    const p = sigmoid(x.reduce((sum, value, k) => sum + beta[k] * value, 0));
    for (let i = 0; i < size; i++) {
      gradient[i] += weight * (p - y) * x[i];
      for (let k = 0; k < size; k++) hessian[i][k] += weight * p * (1 - p) * x[i] * x[k];
    }
  }
  return solve(hessian, gradient);
}

/** A z = b for a small positive definite A, by elimination with row exchange. */
function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const below = rows.slice(column).map((row) => Math.abs(row[column]));
    const pivot = column + below.indexOf(Math.max(...below));
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = rows[i][column] / rows[column][column];
      for (let k = column; k <= size; k++) rows[i][k] -= factor * rows[column][k];
    }
  }
  return rows.map((row, i) => row[size] / row[i]);
}
