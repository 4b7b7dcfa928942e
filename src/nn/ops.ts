// The operators: each function emits its forward nodes and, in the same place, says how it differentiates.
// Activations are (N, C, H, W); weights are (Cout, Cin / groups, k, k). Shapes are static.

import { countOf, expectShape, float, type Graph, int, ints, string, type Value } from './graph.ts';

// ---------------------------------------------------------------- element by element

/** x + y, same shapes. */
export function add(g: Graph, x: Value, y: Value): Value {
  expectShape('add', y.shape, x.shape);
  return g.record(g.emit('Add', [x, y], x.shape), [x, y], (dy) => [() => dy, () => dy]);
}

/** x · y, same shapes. */
export function mul(g: Graph, x: Value, y: Value): Value {
  expectShape('mul', y.shape, x.shape);
  return g.record(g.emit('Mul', [x, y], x.shape), [x, y], (dout) => [
    () => g.emit('Mul', [dout, y], x.shape),
    () => g.emit('Mul', [dout, x], x.shape),
  ]);
}

/** factor · x */
export function scale(g: Graph, x: Value, factor: number): Value {
  const times = (value: Value): Value => g.emit('Mul', [value, g.scalar(factor)], x.shape);
  return g.record(times(x), [x], (dy) => [() => times(dy)]);
}

export function relu(g: Graph, x: Value): Value {
  const y = g.emit('Relu', [x], x.shape);
  return g.record(y, [x], (dy) => [() => only(g, g.emit('Greater', [y, g.scalar(0)], x.shape), dy)]);
}

/** min(max(x, 0), 6): Sandler et al. 2018, MobileNetV2. */
export function relu6(g: Graph, x: Value): Value {
  const y = g.emit('Clip', [x, g.scalar(0), g.scalar(6)], x.shape);
  // Inside the clip y is x, outside it is not: one comparison instead of two.
  return g.record(y, [x], (dy) => [() => only(g, g.emit('Equal', [x, y], x.shape), dy)]);
}

export function sigmoid(g: Graph, x: Value): Value {
  const y = g.emit('Sigmoid', [x], x.shape);
  return g.record(y, [x], (dy) => [() => g.emit('Mul', [dy, sigmoidSlope(g, y)], x.shape)]);
}

/** x · sigmoid(x): Elfwing et al. 2017. */
export function silu(g: Graph, x: Value): Value {
  const s = g.emit('Sigmoid', [x], x.shape);
  const y = g.emit('Mul', [x, s], x.shape);
  return g.record(y, [x], (dy) => [
    () => {
      const slope = g.emit('Add', [s, g.emit('Mul', [x, sigmoidSlope(g, s)], x.shape)], x.shape);
      return g.emit('Mul', [dy, slope], x.shape);
    },
  ]);
}

/** x · relu6(x + 3) / 6: Howard et al. 2019, MobileNetV3. */
export function hardSwish(g: Graph, x: Value): Value {
  const y = g.emit('HardSwish', [x], x.shape);
  return g.record(y, [x], (dy) => [
    () => {
      // Slope (2x + 3) / 6 between −3 and 3; clipping x first gives −0.5 and 1.5 outside, which the outer
      // tests turn into 0 and 1.
      const middle = g.emit(
        'Mul',
        [g.emit('Add', [g.emit('Add', [x, x], x.shape), g.scalar(3)], x.shape), g.scalar(1 / 6)],
        x.shape,
      );
      const right = g.emit(
        'Where',
        [g.emit('Greater', [x, g.scalar(3)], x.shape), g.scalar(1), middle],
        x.shape,
      );
      const slope = g.emit(
        'Where',
        [g.emit('Less', [x, g.scalar(-3)], x.shape), g.scalar(0), right],
        x.shape,
      );
      return g.emit('Mul', [dy, slope], x.shape);
    },
  ]);
}

/** log(1 + eˣ), written so that neither end overflows. */
export function softplus(g: Graph, x: Value): Value {
  return g.record(softplusNodes(g, x), [x], (dy) => [
    () => g.emit('Mul', [dy, g.emit('Sigmoid', [x], x.shape)], x.shape),
  ]);
}

/** The forward nodes of softplus, for gradients that need the value and no tape entry. */
export function softplusNodes(g: Graph, x: Value): Value {
  const decay = g.emit('Exp', [g.emit('Neg', [g.emit('Abs', [x], x.shape)], x.shape)], x.shape);
  const tail = g.emit('Log', [g.emit('Add', [decay, g.scalar(1)], x.shape)], x.shape);
  return g.emit('Add', [g.emit('Relu', [x], x.shape), tail], x.shape);
}

/** dy where the condition holds, else 0. The engine's Where makes three passes over memory, this makes two. */
const only = (g: Graph, condition: Value, dy: Value): Value =>
  g.emit('Mul', [dy, g.emit('Cast', [condition], dy.shape, { to: int(1) })], dy.shape);

const sigmoidSlope = (g: Graph, y: Value): Value =>
  g.emit('Mul', [y, g.emit('Sub', [g.scalar(1), y], y.shape)], y.shape);

// ---------------------------------------------------------------- rounding

/**
 * Weights (Cout, …) on a grid of 2 · steps + 1 values an output channel, whose largest weight takes the last.
 * The gradient passes as if nothing had been rounded: the straight-through estimator (Bengio et al. 2013), as
 * Jacob et al. 2018, section 3, train networks that will compute with integers.
 */
export function roundWeights(g: Graph, w: Value, steps: number): Value {
  const byChannel = [w.shape[0], ...w.shape.slice(1).map(() => 1)];
  const axes = ints(...w.shape.slice(1).map((_, i) => i + 1));
  const largest = g.emit('ReduceMax', [g.emit('Abs', [w], w.shape)], byChannel, { axes, keepdims: int(1) });
  // A channel of zeros stays one.
  const kept = g.emit('Max', [largest, g.scalar(1e-12)], byChannel);
  const step = g.emit('Mul', [kept, g.scalar(1 / steps)], byChannel);
  const whole = g.emit('Round', [g.emit('Div', [w, step], w.shape)], w.shape);
  return g.record(g.emit('Mul', [whole, step], w.shape), [w], (dy) => [() => dy]);
}

// ---------------------------------------------------------------- convolution

export interface ConvOptions {
  readonly stride?: 1 | 2;
  /** [top, left, bottom, right]; TensorFlow's SAME at stride 2 is asymmetric. Default: (k − 1) / 2 each. */
  readonly pads?: readonly [number, number, number, number];
}

/** Convolution with bias. x (N, Cin, H, W), w (Cout, Cin, k, k), b (Cout). */
export function conv(g: Graph, x: Value, w: Value, b: Value, options: ConvOptions = {}): Value {
  const shape = convShape(x, w, options);
  if (w.shape[1] !== x.shape[1])
    throw new RangeError(`conv: weights [${w.shape}] do not fit input [${x.shape}]`);
  const y = g.emit('Conv', [x, w, b], shape.y, convAttributes(shape, 1));
  return g.record(y, [x, w, b], (dy) => [
    () => convInputGradient(g, dy, w, shape),
    () => convWeightGradient(g, dy, x, shape),
    () => sumTo(g, dy, [0, 2, 3]),
  ]);
}

/** One k × k filter a channel. x (N, C, H, W), w (C, 1, k, k), b (C). */
export function depthwiseConv(g: Graph, x: Value, w: Value, b: Value, options: ConvOptions = {}): Value {
  const shape = convShape(x, w, options);
  const [n, c] = x.shape;
  expectShape('depthwise weights', w.shape, [c, 1, shape.k, shape.k]);
  if (!isStored(g, w) && pixels(shape.x) * pixels(shape.y) <= SMALL_MAP)
    return depthwiseMatrix(g, x, w, b, shape);
  const y = g.emit('Conv', [x, w, b], shape.y, convAttributes(shape, c));
  return g.record(y, [x, w, b], (dy) => [
    () => depthwiseInputGradient(g, dy, w, shape),
    () => depthwiseWeightGradient(g, dy, x, n, c, shape),
    () => sumTo(g, dy, [0, 2, 3]),
  ]);
}

/** Pixels in times pixels out up to which the matrix form below was measured faster: 8 × 8 each. */
const SMALL_MAP = 4096;

/** A weight that is not stored is being trained; the engine can prepare a stored one's convolution when it loads. */
const isStored = (g: Graph, { name }: Value): boolean =>
  g.initializers.has(name) || g.initializers.has(`${name}.half`);

const pixels = ([, , height, width]: readonly number[]): number => height * width;

/**
 * The same on a small map, where a convolution a channel is mostly overhead: each channel's filter, laid out as
 * the matrix (pixels in × pixels out) that it is, and one matrix product a channel for the whole batch. Stride
 * and padding are in the layout, so the gradients are the two other products of the same three matrices.
 */
function depthwiseMatrix(g: Graph, x: Value, w: Value, b: Value, shape: ConvShape): Value {
  const [n, c] = x.shape;
  const [taps, from, to] = [shape.k ** 2, pixels(shape.x), pixels(shape.y)];
  const layout = tapLayout(g, shape);
  const filters = g.emit('Reshape', [w, g.ints([c, taps])], [c, taps]);
  const laidOut = g.emit('MatMul', [filters, layout], [c, from * to]);
  const matrix = g.emit('Reshape', [laidOut, g.ints([c, from, to])], [c, from, to]);
  const byChannel = (value: Value, size: number): Value => {
    const flat = g.emit('Reshape', [value, g.ints([n, c, size])], [n, c, size]);
    return g.emit('Transpose', [flat], [c, n, size], { perm: ints(1, 0, 2) });
  };
  const byPicture = (value: Value, size: number, dims: readonly number[]): Value => {
    const turned = g.emit('Transpose', [value], [n, c, size], { perm: ints(1, 0, 2) });
    return g.emit('Reshape', [turned, g.ints(dims)], dims);
  };
  const turn = (value: Value): Value => {
    const [count, rows, columns] = value.shape;
    return g.emit('Transpose', [value], [count, columns, rows], { perm: ints(0, 2, 1) });
  };
  const xs = byChannel(x, from);
  const bias = g.emit('Reshape', [b, g.ints([c, 1, 1])], [c, 1, 1]);
  const ys = g.emit('Add', [g.emit('MatMul', [xs, matrix], [c, n, to]), bias], [c, n, to]);
  return g.record(byPicture(ys, to, shape.y), [x, w, b], (dy) => {
    const dys = byChannel(dy, to);
    const dx = (): Value => {
      const each = g.emit('MatMul', [dys, turn(matrix)], [c, n, from]);
      return byPicture(each, from, shape.x);
    };
    const dw = (): Value => {
      const each = g.emit('MatMul', [turn(xs), dys], [c, from, to]);
      const flat = g.emit('Reshape', [each, g.ints([c, from * to])], [c, from * to]);
      const gathered = g.emit('Transpose', [layout], [from * to, taps], { perm: ints(1, 0) });
      return g.emit('Reshape', [g.emit('MatMul', [flat, gathered], [c, taps]), g.ints(w.shape)], w.shape);
    };
    return [dx, dw, () => sumTo(g, dy, [0, 2, 3])];
  });
}

/** (k², pixels in · pixels out): for each tap, 1 where it carries a pixel of the input to one of the output. */
function tapLayout(g: Graph, { k, stride, pads, x, y }: ConvShape): Value {
  const [from, to] = [pixels(x), pixels(y)];
  const name = `taps ${[k, stride, ...pads, ...x.slice(2)]}`;
  const dims = [k * k, from * to];
  if (g.initializers.has(name)) return { name, shape: dims };
  const data = new Float32Array(k * k * from * to);
  for (let tap = 0; tap < k * k; tap++) {
    for (let out = 0; out < to; out++) {
      const row = Math.floor(out / y[3]) * stride + Math.floor(tap / k) - pads[0];
      const column = (out % y[3]) * stride + (tap % k) - pads[1];
      const inside = row >= 0 && row < x[2] && column >= 0 && column < x[3];
      if (inside) data[(tap * from + row * x[3] + column) * to + out] = 1;
    }
  }
  return g.initializer(name, { dims, data });
}

interface ConvShape {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly k: number;
  readonly stride: number;
  readonly pads: readonly [number, number, number, number];
}

function convShape(x: Value, w: Value, options: ConvOptions): ConvShape {
  const [n, , height, width] = x.shape;
  const k = w.shape[2];
  const stride = options.stride ?? 1;
  const half = (k - 1) >> 1;
  const pads = options.pads ?? [half, half, half, half];
  const out = (size: number, before: number, after: number): number =>
    Math.floor((size + before + after - k) / stride) + 1;
  const y = [n, w.shape[0], out(height, pads[0], pads[2]), out(width, pads[1], pads[3])];
  return { x: x.shape, y, k, stride, pads };
}

const convAttributes = ({ k, stride, pads }: ConvShape, group: number) => ({
  kernel_shape: ints(k, k),
  strides: ints(stride, stride),
  pads: ints(...pads),
  group: int(group),
});

/** dL/dx = the full correlation of dy with the flipped, transposed filters. */
function convInputGradient(g: Graph, dy: Value, w: Value, shape: ConvShape): Value {
  if (shape.k === 1 && shape.stride === 1) return pointwiseInputGradient(g, dy, w, shape);
  if (shape.stride > 1) return transposedConv(g, dy, w, shape, 1);
  const [cout, cin, k] = w.shape;
  const swapped = g.emit('Transpose', [w], [cin, cout, k, k], { perm: ints(1, 0, 2, 3) });
  return g.emit('Conv', [dy, flip(g, swapped)], shape.x, convAttributes(mirrored(shape), 1));
}

/** A 1 × 1 convolution is a matrix product over the channels, and so is its gradient. */
function pointwiseInputGradient(g: Graph, dy: Value, w: Value, { x, y }: ConvShape): Value {
  const [n, cout, height, width] = y;
  const cin = x[1];
  const flat = g.emit('Reshape', [dy, g.ints([n, cout, height * width])], [n, cout, height * width]);
  const matrix = g.emit('Reshape', [w, g.ints([cout, cin])], [cout, cin]);
  const turned = g.emit('Transpose', [matrix], [cin, cout], { perm: ints(1, 0) });
  const dx = g.emit('MatMul', [turned, flat], [n, cin, height * width]);
  return g.emit('Reshape', [dx, g.ints(x)], x);
}

/** The gradient's padding: k − 1 minus the forward padding on each side. */
function mirrored(shape: ConvShape): ConvShape {
  const [top, left, bottom, right] = shape.pads.map((pad) => shape.k - 1 - pad);
  return { ...shape, pads: [top, left, bottom, right] };
}

function transposedConv(g: Graph, dy: Value, w: Value, shape: ConvShape, group: number): Value {
  const { k, stride, pads, x, y } = shape;
  // What the strides did not reach at the bottom and right must be added back.
  const missing = (axis: 2 | 3): number =>
    x[axis] - ((y[axis] - 1) * stride + k - pads[axis - 2] - pads[axis]);
  return g.emit('ConvTranspose', [dy, w], x, {
    ...convAttributes(shape, group),
    output_padding: ints(missing(2), missing(3)),
  });
}

/** Reverses the two spatial axes of a weight. */
function flip(g: Graph, w: Value): Value {
  const ends = g.ints([Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);
  return g.emit('Slice', [w, g.ints([-1, -1]), ends, g.ints([2, 3]), g.ints([-1, -1])], w.shape);
}

/**
 * dL/dw, tap by tap: for each of the k² offsets, the product of dy (Cout × HW) with the input seen through that
 * offset (HW × Cin), summed over the batch. Matrix products are what the engine does best; the textbook form,
 * a convolution of x with dy as its filter, was measured a third slower.
 */
function convWeightGradient(g: Graph, dy: Value, x: Value, shape: ConvShape): Value {
  const { k, y } = shape;
  const [n, cout, height, width] = y;
  const cin = shape.x[1];
  const pixels = height * width;
  const dyFlat = g.emit('Reshape', [dy, g.ints([n, cout, pixels])], [n, cout, pixels]);
  const product = (columns: Value, rows: number): Value => {
    const turned = g.emit('Transpose', [columns], [n, pixels, rows], { perm: ints(0, 2, 1) });
    const each = g.emit('MatMul', [dyFlat, turned], [n, cout, rows]);
    return g.emit('ReduceSum', [each, g.ints([0])], [cout, rows], { keepdims: int(0) });
  };
  const flat = (tap: Value): Value => g.emit('Reshape', [tap, g.ints([n, cin, pixels])], [n, cin, pixels]);
  if (k === 1)
    return g.emit(
      'Reshape',
      [product(flat(taps(g, x, shape)[0]), cin), g.ints([cout, cin, 1, 1])],
      [cout, cin, 1, 1],
    );
  const grams = taps(g, x, shape).map((tap) =>
    g.emit('Reshape', [product(flat(tap), cin), g.ints([cout, cin, 1])], [cout, cin, 1]),
  );
  const stacked = g.emit('Concat', grams, [cout, cin, k * k], { axis: int(2) });
  return g.emit('Reshape', [stacked, g.ints([cout, cin, k, k])], [cout, cin, k, k]);
}

/** The k² shifted, strided views of the padded input, each (N, C, Hout, Wout), row by row. */
function taps(g: Graph, x: Value, { k, stride, pads, y }: ConvShape): Value[] {
  const [n, c, height, width] = x.shape;
  const [top, left, bottom, right] = pads;
  const size = [n, c, height + top + bottom, width + left + right];
  const padded = pads.some((pad) => pad > 0)
    ? g.emit('Pad', [x, g.ints([0, 0, top, left, 0, 0, bottom, right])], size)
    : x;
  if (k === 1 && stride === 1) return [padded];
  const views: Value[] = [];
  for (let row = 0; row < k; row++) {
    for (let column = 0; column < k; column++) {
      const ends = g.ints([row + (y[2] - 1) * stride + 1, column + (y[3] - 1) * stride + 1]);
      const inputs = [padded, g.ints([row, column]), ends, g.ints([2, 3]), g.ints([stride, stride])];
      views.push(g.emit('Slice', inputs, [n, c, y[2], y[3]]));
    }
  }
  return views;
}

function depthwiseInputGradient(g: Graph, dy: Value, w: Value, shape: ConvShape): Value {
  const c = shape.x[1];
  if (shape.stride === 1)
    return g.emit('Conv', [dy, flip(g, w)], shape.x, convAttributes(mirrored(shape), c));
  // A transposed convolution with one channel a group is slow in the engine. Spreading dy with zeros between
  // its values makes it the plain depthwise convolution above.
  const { spread, pads } = insertZeros(g, dy, shape);
  return g.emit('Conv', [spread, flip(g, w)], shape.x, convAttributes({ ...shape, stride: 1, pads }, c));
}

/** dy with stride − 1 zeros after each value, and the padding that makes a convolution with it fit the input. */
function insertZeros(
  g: Graph,
  dy: Value,
  { k, stride, pads, x, y }: ConvShape,
): { spread: Value; pads: ConvShape['pads'] } {
  const [n, c, height, width] = y;
  const cells = [n * c, height, 1, width, 1];
  const apart = g.emit('Reshape', [dy, g.ints(cells)], cells);
  const filled = [n * c, height, stride, width, stride];
  const padded = g.emit('Pad', [apart, g.ints([0, 0, 0, 0, 0, 0, 0, stride - 1, 0, stride - 1])], filled);
  const size = [n, c, height * stride, width * stride];
  const spread = g.emit('Reshape', [padded, g.ints(size)], size);
  const top = k - 1 - pads[0];
  const left = k - 1 - pads[1];
  return { spread, pads: [top, left, x[2] - size[2] - top + k - 1, x[3] - size[3] - left + k - 1] };
}

/**
 * dL/dw of a depthwise convolution as one convolution: every (picture, channel) pair becomes a channel of its
 * own, x is its input and dy its filter; the forward stride becomes the dilation. Summed over the batch.
 */
function depthwiseWeightGradient(
  g: Graph,
  dy: Value,
  x: Value,
  n: number,
  c: number,
  shape: ConvShape,
): Value {
  const { k, stride, pads, x: xs, y } = shape;
  const input = g.emit('Reshape', [x, g.ints([1, n * c, xs[2], xs[3]])], [1, n * c, xs[2], xs[3]]);
  const filter = g.emit('Reshape', [dy, g.ints([n * c, 1, y[2], y[3]])], [n * c, 1, y[2], y[3]]);
  // Rows and columns that the stride never reached would add taps beyond k: trim them from the padding.
  const unused = (axis: 2 | 3): number =>
    xs[axis] + pads[axis - 2] + pads[axis] - ((y[axis] - 1) * stride + k);
  const each = g.emit('Conv', [input, filter], [1, n * c, k, k], {
    kernel_shape: ints(y[2], y[3]),
    dilations: ints(stride, stride),
    pads: ints(pads[0], pads[1], pads[2] - unused(2), pads[3] - unused(3)),
    group: int(n * c),
  });
  const grouped = g.emit('Reshape', [each, g.ints([n, c, 1, k, k])], [n, c, 1, k, k]);
  return g.emit('ReduceSum', [grouped, g.ints([0])], [c, 1, k, k], { keepdims: int(0) });
}

// ---------------------------------------------------------------- normalisation

export interface BatchNormResult {
  readonly y: Value;
  /** Mean and biased variance of this batch by channel, for the moving averages kept outside. */
  readonly mean: Value;
  readonly variance: Value;
}

const EPSILON = 1e-3;

/**
 * Batch normalisation in its training form (Ioffe & Szegedy 2015): x (N, C, H, W), gamma and beta (C).
 * The variance takes two passes; E[x²] − E[x]² loses digits in 32 bits.
 */
export function batchNormTraining(g: Graph, x: Value, gamma: Value, beta: Value): BatchNormResult {
  const [n, c, height, width] = x.shape;
  const wide = [1, c, 1, 1];
  const reduceMean = (value: Value): Value =>
    g.emit('ReduceMean', [value], wide, { axes: ints(0, 2, 3), keepdims: int(1) });
  const channels = (value: Value): Value => g.emit('Reshape', [value, g.ints([c])], [c]);
  const spread = (value: Value): Value => g.emit('Reshape', [value, g.ints(wide)], wide);
  const mean = reduceMean(x);
  const centred = g.emit('Sub', [x, mean], x.shape);
  const variance = reduceMean(g.emit('Mul', [centred, centred], x.shape));
  const deviation = g.emit('Sqrt', [g.emit('Add', [variance, g.scalar(EPSILON)], wide)], wide);
  const normal = g.emit('Div', [centred, deviation], x.shape);
  const y = g.emit('Add', [g.emit('Mul', [normal, spread(gamma)], x.shape), spread(beta)], x.shape);
  g.record(y, [x, gamma, beta], (dy) => {
    // Both sums appear in two of the three gradients; emit each once.
    let beta1: Value | undefined;
    let gamma1: Value | undefined;
    const dBeta = (): Value => (beta1 ??= sumTo(g, dy, [0, 2, 3]));
    const dGamma = (): Value => (gamma1 ??= sumTo(g, g.emit('Mul', [dy, normal], x.shape), [0, 2, 3]));
    const dx = (): Value => {
      const count = g.scalar(1 / (n * height * width));
      const meanDy = g.emit('Mul', [spread(dBeta()), count], wide);
      const meanDyNormal = g.emit('Mul', [spread(dGamma()), count], wide);
      const along = g.emit('Add', [meanDy, g.emit('Mul', [normal, meanDyNormal], x.shape)], x.shape);
      const slope = g.emit('Div', [spread(gamma), deviation], wide);
      return g.emit('Mul', [g.emit('Sub', [dy, along], x.shape), slope], x.shape);
    };
    return [dx, dGamma, dBeta];
  });
  return { y, mean: channels(mean), variance: channels(variance) };
}

/** Batch normalisation with fixed statistics: an affine map by channel, as at inference or when frozen. */
export function batchNormInference(
  g: Graph,
  x: Value,
  gamma: Value,
  beta: Value,
  mean: Value,
  variance: Value,
): Value {
  const c = x.shape[1];
  const wide = [1, c, 1, 1];
  const spread = (value: Value): Value => g.emit('Reshape', [value, g.ints(wide)], wide);
  const y = g.emit('BatchNormalization', [x, gamma, beta, mean, variance], x.shape, {
    epsilon: float(EPSILON),
  });
  const deviation = (): Value =>
    g.emit('Sqrt', [g.emit('Add', [spread(variance), g.scalar(EPSILON)], wide)], wide);
  return g.record(y, [x, gamma, beta], (dy) => [
    () => g.emit('Mul', [dy, g.emit('Div', [spread(gamma), deviation()], wide)], x.shape),
    () => {
      const normal = g.emit('Div', [g.emit('Sub', [x, spread(mean)], x.shape), deviation()], x.shape);
      return sumTo(g, g.emit('Mul', [dy, normal], x.shape), [0, 2, 3]);
    },
    () => sumTo(g, dy, [0, 2, 3]),
  ]);
}

// ---------------------------------------------------------------- pooling and resizing

/**
 * Maximum over k × k tiles that do not overlap. Where several values of a tile tie for the maximum each of
 * them gets the tile's full gradient: put the pool before a ReLU, whose zeros would tie often.
 */
export function maxPool(g: Graph, x: Value, k: number): Value {
  const [n, c, height, width] = x.shape;
  const shape = [n, c, Math.floor(height / k), Math.floor(width / k)];
  const y = g.emit('MaxPool', [x], shape, { kernel_shape: ints(k, k), strides: ints(k, k) });
  return g.record(y, [x], (dy) => [
    () => {
      const covered = [n, c, shape[2] * k, shape[3] * k];
      const ends = g.ints([covered[2], covered[3]]);
      const whole = covered[2] === height && covered[3] === width;
      const seen = whole ? x : g.emit('Slice', [x, g.ints([0, 0]), ends, g.ints([2, 3])], covered);
      const isMaximum = g.emit('Equal', [seen, nearest(g, y, k)], covered);
      const dx = only(g, isMaximum, nearest(g, dy, k));
      return whole
        ? dx
        : g.emit('Pad', [dx, g.ints([0, 0, 0, 0, 0, 0, height - covered[2], width - covered[3]])], x.shape);
    },
  ]);
}

/** Mean over k × k tiles that do not overlap; both sides must be multiples of k. */
export function averagePool(g: Graph, x: Value, k: number): Value {
  const [n, c, height, width] = x.shape;
  if (height % k || width % k) throw new RangeError(`averagePool: [${x.shape}] is not a multiple of ${k}`);
  const shape = [n, c, height / k, width / k];
  const y = g.emit('AveragePool', [x], shape, { kernel_shape: ints(k, k), strides: ints(k, k) });
  return g.record(y, [x], (dy) => [() => g.emit('Mul', [nearest(g, dy, k), g.scalar(1 / (k * k))], x.shape)]);
}

/** Mean over all pixels: (N, C, H, W) → (N, C). */
export function globalAveragePool(g: Graph, x: Value): Value {
  const [n, c, height, width] = x.shape;
  const pooled = g.emit('GlobalAveragePool', [x], [n, c, 1, 1]);
  const y = g.emit('Flatten', [pooled], [n, c], { axis: int(1) });
  return g.record(y, [x], (dy) => [
    () => {
      const mean = g.emit('Mul', [dy, g.scalar(1 / (height * width))], [n, c]);
      const cells = g.emit('Reshape', [mean, g.ints([n, c, 1, 1])], [n, c, 1, 1]);
      return g.emit('Expand', [cells, g.ints(x.shape)], x.shape);
    },
  ]);
}

/** Repeats every pixel factor × factor times. */
export function resizeNearest(g: Graph, x: Value, factor: number): Value {
  return g.record(nearest(g, x, factor), [x], (dy) => [
    () => {
      const tile = { kernel_shape: ints(factor, factor), strides: ints(factor, factor) };
      return g.emit('Mul', [g.emit('AveragePool', [dy], x.shape, tile), g.scalar(factor * factor)], x.shape);
    },
  ]);
}

/** Bilinear enlargement with half-pixel centres, edges held. */
export function resizeBilinear(g: Graph, x: Value, factor: number): Value {
  const [n, c, height, width] = x.shape;
  const y = resize(g, x, factor, 'linear');
  return g.record(y, [x], (dy) => [
    () => {
      // Interpolation is linear: y = R x Cᵀ, so dx = Rᵀ dy C with the same two matrices.
      const rows = constantMatrix(g, 'bilinear', height, factor, true);
      const columns = constantMatrix(g, 'bilinear', width, factor, false);
      const halfway = g.emit('MatMul', [rows, dy], [n, c, height, width * factor]);
      return g.emit('MatMul', [halfway, columns], x.shape);
    },
  ]);
}

const nearest = (g: Graph, x: Value, factor: number): Value => resize(g, x, factor, 'nearest');

function resize(g: Graph, x: Value, factor: number, mode: 'nearest' | 'linear'): Value {
  const [n, c, height, width] = x.shape;
  const name = `resize scales ${factor}`;
  if (!g.initializers.has(name))
    g.initializer(name, { dims: [4], data: Float32Array.of(1, 1, factor, factor) });
  const scales = { name, shape: [4] };
  const nearestAttributes = {
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  };
  return g.emit('Resize', [x, null, scales], [n, c, height * factor, width * factor], {
    mode: string(mode),
    ...(mode === 'nearest' ? nearestAttributes : { coordinate_transformation_mode: string('half_pixel') }),
  });
}

/** The interpolation matrix (size · factor × size) of one axis, or its transpose. */
function constantMatrix(g: Graph, kind: string, size: number, factor: number, transposed: boolean): Value {
  const name = `${kind} ${size} × ${factor}${transposed ? ' transposed' : ''}`;
  const dims = transposed ? [size, size * factor] : [size * factor, size];
  if (!g.initializers.has(name)) {
    const data = new Float32Array(size * size * factor);
    for (let out = 0; out < size * factor; out++) {
      const position = Math.min(Math.max((out + 0.5) / factor - 0.5, 0), size - 1);
      const low = Math.floor(position);
      const at = (column: number): number =>
        transposed ? column * size * factor + out : out * size + column;
      data[at(low)] += 1 - (position - low);
      if (position > low) data[at(low + 1)] += position - low;
    }
    g.initializer(name, { dims, data });
  }
  return { name, shape: dims };
}

// ---------------------------------------------------------------- shapes

/** Joins along the channels. */
export function concat(g: Graph, values: readonly Value[]): Value {
  const [n, , ...rest] = values[0].shape;
  const channels = values.map((value) => value.shape[1]);
  const total = channels.reduce((sum, c) => sum + c, 0);
  const y = g.emit('Concat', values, [n, total, ...rest], { axis: int(1) });
  return g.record(y, values, (dy) => {
    let start = 0;
    return values.map((value, i) => {
      const from = start;
      start += channels[i];
      return () => sliceChannelNodes(g, dy, from, from + value.shape[1]);
    });
  });
}

/** Channels [from, to) of (N, C, …). */
export function sliceChannels(g: Graph, x: Value, from: number, to: number): Value {
  return g.record(sliceChannelNodes(g, x, from, to), [x], (dy) => [
    () => {
      const rank = x.shape.length;
      const before = [0, from, ...Array<number>(rank - 2).fill(0)];
      const after = [0, x.shape[1] - to, ...Array<number>(rank - 2).fill(0)];
      return g.emit('Pad', [dy, g.ints([...before, ...after])], x.shape);
    },
  ]);
}

const sliceChannelNodes = (g: Graph, x: Value, from: number, to: number): Value =>
  g.emit(
    'Slice',
    [x, g.ints([from]), g.ints([to]), g.ints([1])],
    [x.shape[0], to - from, ...x.shape.slice(2)],
  );

/** (N, …) → (N, everything else), row-major. */
export function flatten(g: Graph, x: Value): Value {
  const [n] = x.shape;
  const y = g.emit('Flatten', [x], [n, countOf(x) / n], { axis: int(1) });
  return g.record(y, [x], (dy) => [() => g.emit('Reshape', [dy, g.ints(x.shape)], x.shape)]);
}

// ---------------------------------------------------------------- dense and reductions

/** x w + b: x (N, in), w (in, out), b (out). */
export function dense(g: Graph, x: Value, w: Value, b: Value): Value {
  const [n, from] = x.shape;
  const to = w.shape[1];
  expectShape('dense weights', w.shape, [from, to]);
  const y = g.emit('Gemm', [x, w, b], [n, to]);
  return g.record(y, [x, w, b], (dy) => [
    () => g.emit('Gemm', [dy, w], [n, from], { transB: int(1) }),
    () => g.emit('Gemm', [x, dy], [from, to], { transA: int(1) }),
    () => sumTo(g, dy, [0]),
  ]);
}

/**
 * Soft maximum over each row of (N, M): t · log Σ exp(x / t) − t · log M, between the mean and the maximum.
 * Small t approaches the maximum; the gradient is a softmax, so attention comes for free.
 */
export function softMaximum(g: Graph, x: Value, temperature: number): Value {
  const [n, m] = x.shape;
  const scaled = g.emit('Mul', [x, g.scalar(1 / temperature)], x.shape);
  const logSum = g.emit('ReduceLogSumExp', [scaled], [n, 1], { axes: ints(1), keepdims: int(1) });
  const centred = g.emit('Sub', [logSum, g.scalar(Math.log(m))], [n, 1]);
  const y = g.emit('Mul', [centred, g.scalar(temperature)], [n, 1]);
  return g.record(y, [x], (dy) => [
    () => g.emit('Mul', [g.emit('Softmax', [scaled], x.shape, { axis: int(1) }), dy], x.shape),
  ]);
}

/** Softmax along each row of (N, M). */
export function softmax(g: Graph, x: Value): Value {
  const [n] = x.shape;
  const y = g.emit('Softmax', [x], x.shape, { axis: int(1) });
  return g.record(y, [x], (dy) => [
    () => {
      const weighted = g.emit('Mul', [dy, y], x.shape);
      const total = g.emit('ReduceSum', [weighted, g.ints([1])], [n, 1], { keepdims: int(1) });
      return g.emit('Sub', [weighted, g.emit('Mul', [y, total], x.shape)], x.shape);
    },
  ]);
}

/** Sum along each row: (N, M) → (N, 1). */
export function sumRows(g: Graph, x: Value): Value {
  const [n] = x.shape;
  const y = g.emit('ReduceSum', [x, g.ints([1])], [n, 1], { keepdims: int(1) });
  return g.record(y, [x], (dy) => [() => g.emit('Expand', [dy, g.ints(x.shape)], x.shape)]);
}

/** Sum of everything, a scalar. */
export function sum(g: Graph, x: Value): Value {
  const y = g.emit('ReduceSum', [x], [], { keepdims: int(0) });
  return g.record(y, [x], (dy) => [() => g.emit('Expand', [dy, g.ints(x.shape)], x.shape)]);
}

/** Nodes that sum over the axes and drop them. */
export function sumTo(g: Graph, x: Value, axes: readonly number[]): Value {
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  return g.emit('ReduceSum', [x, g.ints(axes)], shape, { keepdims: int(0) });
}
