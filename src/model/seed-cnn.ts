// The seed project's network, kept as the baseline that every report shows: three convolutions on a stretched
// 224 × 224 picture, 11.17 million weights of which 99 % are in one dense layer.

import type { Graph, Value } from '../nn/graph.ts';
import { conv, dense, flatten, maxPool, relu } from '../nn/ops.ts';
import { glorotUniform, type Scope, zeros } from '../nn/parameters.ts';

export const SEED_CNN_SIZE = 224;

/** x (N, 3, 224, 224), values 0–1 → logit of `open` (N, 1). Padding, order and start are Keras's defaults. */
export function seedCnn(g: Graph, scope: Scope, x: Value): Value {
  const block = (input: Value, name: string, channels: number): Value => {
    const w = scope.parameter(`${name}.weight`, [channels, input.shape[1], 3, 3], glorotUniform);
    const b = scope.parameter(`${name}.bias`, [channels], zeros);
    // The maximum of rectified values is the rectified maximum: pooling first rectifies a quarter of the
    // values, and the zeros of the rectifier cannot tie in the pool's gradient.
    return relu(g, maxPool(g, conv(g, input, w, b, { pads: [0, 0, 0, 0] }), 2));
  };
  const full = (input: Value, name: string, to: number): Value => {
    const w = scope.parameter(`${name}.weight`, [input.shape[1], to], glorotUniform);
    return dense(g, input, w, scope.parameter(`${name}.bias`, [to], zeros));
  };
  const features = block(block(block(x, 'conv1', 32), 'conv2', 64), 'conv3', 128);
  return full(relu(g, full(flatten(g, features), 'dense1', 128)), 'dense2', 1);
}
