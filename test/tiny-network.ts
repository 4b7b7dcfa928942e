// A network small enough to train inside a test, and a task that only its pixels can tell.

import type { Graph, Value } from '../src/nn/graph.ts';
import { binaryCrossEntropy } from '../src/nn/losses.ts';
import { conv, dense, flatten, maxPool, relu } from '../src/nn/ops.ts';
import { heNormal, type Scope, zeros } from '../src/nn/parameters.ts';
import { normal, type Random } from '../src/nn/random.ts';
import { type Tensor, tensor } from '../src/nn/tensor.ts';
import type { Loss } from '../src/nn/training-step.ts';

export const SIDE = 8;

/** (N, 1, 8, 8) → logit (N, 1): a convolution, a pool, a dense layer. */
export function tinyNetwork(g: Graph, scope: Scope, x: Value): Value {
  const w = scope.parameter('conv.weight', [6, 1, 3, 3], heNormal);
  const b = scope.parameter('conv.bias', [6], zeros);
  const features = flatten(g, relu(g, maxPool(g, conv(g, x, w, b), 2)));
  const to = scope.parameter('dense.weight', [features.shape[1], 1], heNormal);
  return dense(g, features, to, scope.parameter('dense.bias', [1], zeros));
}

export function tinyLoss(g: Graph, scope: Scope, n: number): Loss {
  const y = tinyNetwork(g, scope, g.input('x', [n, 1, SIDE, SIDE]));
  const loss = binaryCrossEntropy(
    g,
    y,
    g.input('target', [n, 1]),
    g.input('weight', [n, 1]),
    g.scalar(1 / n),
  );
  return { loss, report: {} };
}

/** Noise with a bright 3 × 3 patch in the upper (label 1) or lower half (label 0). */
export function patches(n: number, random: Random): { x: Tensor; target: Tensor; weight: Tensor } {
  const x = Float32Array.from({ length: n * SIDE * SIDE }, () => 0.5 * normal(random));
  const target = Float32Array.from({ length: n }, () => Math.round(random()));
  for (let i = 0; i < n; i++) {
    const top = (target[i] ? 0 : 4) + Math.floor(2 * random());
    const left = Math.floor(6 * random());
    for (let p = 0; p < 9; p++) {
      x[(i * SIDE + top + Math.floor(p / 3)) * SIDE + left + (p % 3)] += 2;
    }
  }
  return {
    x: tensor([n, 1, SIDE, SIDE], x),
    target: tensor([n, 1], target),
    weight: tensor([n, 1], new Float32Array(n).fill(1)),
  };
}
