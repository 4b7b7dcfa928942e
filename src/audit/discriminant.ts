// Simple classifiers of simple features: Fisher's linear discriminant for numbers, rates for names. Made once
// for a set of training pictures, and then asked about many labellings of it, which is what permutation needs.
/** Scores of the test pictures under a labelling of all of them: above 0 speaks for class 1. */
export type Scorer = (classes: Uint8Array) => Float64Array;

/**
 * One row of numbers a picture; rows of pictures in neither `train` nor `test` are not looked at.
 *
 * The shrunken linear discriminant (Fisher 1936; Friedman 1989): w = (R + λI)⁻¹ (m₁ − m₀) over standardised
 * columns with correlation matrix R. A family of few columns also gets six steps a column, so that "neither
 * large nor small" can be told, not only "larger". Scores are in standard deviations from the midpoint.
 */
export function discriminant(
  features: readonly Float64Array[],
  train: readonly number[],
  test: readonly number[],
): Scorer {
  const columns = columnsOf(features, train);
  const width = columns.length;
  const rows = (indices: readonly number[]) => {
    const matrix = new Float64Array(indices.length * width);
    for (const [r, i] of indices.entries())
      for (const [c, column] of columns.entries()) matrix[r * width + c] = column[i];
    return matrix;
  };
  const [known, asked] = [rows(train), rows(test)];
  const correlation = correlate(known, train.length, width);
  const factor = cholesky(withShrinkage(correlation, width), width);
  return (classes) => {
    const [zero, one] = classMeans(known, train, classes, width);
    if (!zero || !one) return new Float64Array(test.length);
    const weights = solve(
      factor,
      one.map((value, c) => value - zero[c]),
      width,
    );
    const midpoint = dot(
      weights,
      one.map((value, c) => (value + zero[c]) / 2),
      0,
    );
    const deviation = Math.sqrt(quadratic(correlation, weights)) || 1;
    return Float64Array.from(test, (_, r) => (dot(weights, asked, r * width) - midpoint) / deviation);
  };
}

/** How strongly directions of little variance are held back, beside columns of variance 1. */
const SHRINKAGE = 1;
const FEW_COLUMNS = 12;
const STEPS = 6;

/** Standardised by the training pictures; columns that do not vary there are left out. */
function columnsOf(features: readonly Float64Array[], train: readonly number[]): Float64Array[] {
  const raw = Array.from({ length: features[train[0]]?.length ?? 0 }, (_, c) =>
    Float64Array.from(features, (row) => row[c]),
  );
  const stepped = raw.length > FEW_COLUMNS ? [] : raw.flatMap((column) => stepsOf(column, train));
  return [...raw, ...stepped].flatMap((column) => standardised(column, train) ?? []);
}

/** Whether a value reaches each of the training pictures' quantiles. */
function stepsOf(column: Float64Array, train: readonly number[]): Float64Array[] {
  const sorted = Float64Array.from(train, (i) => column[i]).sort();
  const edges = Array.from(
    { length: STEPS },
    (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / (STEPS + 1))],
  );
  return [...new Set(edges)].map((edge) => column.map((value) => Number(value >= edge)));
}

function standardised(column: Float64Array, train: readonly number[]): Float64Array | undefined {
  const mean = train.reduce((sum, i) => sum + column[i], 0) / train.length;
  const variance = train.reduce((sum, i) => sum + (column[i] - mean) ** 2, 0) / train.length;
  if (!(variance > 1e-12)) return undefined;
  const deviation = Math.sqrt(variance);
  return column.map((value) => (value - mean) / deviation);
}

function correlate(matrix: Float64Array, count: number, width: number): Float64Array {
  const correlation = new Float64Array(width * width);
  for (let r = 0; r < count; r++)
    for (let i = 0; i < width; i++) {
      const value = matrix[r * width + i] / count;
      for (let j = 0; j <= i; j++) correlation[i * width + j] += value * matrix[r * width + j];
    }
  for (let i = 0; i < width; i++)
    for (let j = 0; j < i; j++) correlation[j * width + i] = correlation[i * width + j];
  return correlation;
}

function withShrinkage(correlation: Float64Array, width: number): Float64Array {
  return correlation.map((value, k) => (k % (width + 1) === 0 ? value + SHRINKAGE : value));
}

/** Lower factor L of a positive definite matrix, L Lᵀ. */
function cholesky(matrix: Float64Array, width: number): Float64Array {
  const factor = new Float64Array(width * width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * width + j];
      for (let k = 0; k < j; k++) sum -= factor[i * width + k] * factor[j * width + k];
      factor[i * width + j] = i === j ? Math.sqrt(sum) : sum / factor[j * width + j];
    }
  return factor;
}

function solve(factor: Float64Array, values: Float64Array, width: number): Float64Array {
  const x = values.slice();
  for (let i = 0; i < width; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i * width + k] * x[k];
    x[i] /= factor[i * width + i];
  }
  for (let i = width - 1; i >= 0; i--) {
    for (let k = i + 1; k < width; k++) x[i] -= factor[k * width + i] * x[k];
    x[i] /= factor[i * width + i];
  }
  return x;
}

function classMeans(matrix: Float64Array, train: readonly number[], classes: Uint8Array, width: number) {
  const sums = [new Float64Array(width), new Float64Array(width)];
  const counts = [0, 0];
  for (const [r, i] of train.entries()) {
    const sum = sums[classes[i]];
    counts[classes[i]]++;
    for (let c = 0; c < width; c++) sum[c] += matrix[r * width + c];
  }
  return sums.map((sum, kind) => (counts[kind] === 0 ? undefined : sum.map((value) => value / counts[kind])));
}

function dot(weights: Float64Array, values: Float64Array, from: number): number {
  let sum = 0;
  for (let c = 0; c < weights.length; c++) sum += weights[c] * values[from + c];
  return sum;
}

/** wᵀ R w */
function quadratic(correlation: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * dot(weights, correlation, i * weights.length);
  return sum;
}

/** How many pictures of the overall rate a name's own rate is mixed with. */
const PRIOR = 1;

/** The log odds of class 1 among training pictures of the same name, relative to all of them. */
export function categoryRates(
  names: readonly string[],
  train: readonly number[],
  test: readonly number[],
): Scorer {
  return (classes) => {
    const counts = new Map<string, [zeros: number, ones: number]>();
    const all: [number, number] = [0, 0];
    for (const i of train) {
      const own = counts.get(names[i]) ?? [0, 0];
      counts.set(names[i], own);
      own[classes[i]]++;
      all[classes[i]]++;
    }
    return Float64Array.from(test, (i) => {
      const [zeros, ones] = counts.get(names[i]) ?? [0, 0];
      if (all[0] === 0 || all[1] === 0) return 0;
      return Math.log((ones / all[1] + PRIOR / train.length) / (zeros / all[0] + PRIOR / train.length));
    });
  };
}
