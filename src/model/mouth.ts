// The two mouth networks. The finder looks at the whole picture and says where mouths are, how wide, and which
// way each bottle points; the reader looks at one upright crop around a mouth and says what is on it.

import type { Graph, Value } from '../nn/graph.ts';
import { add, concat, dense, flatten, globalAveragePool, relu6, resizeNearest } from '../nn/ops.ts';
import { constant, heNormal, type Initialise, type Scope, zeros } from '../nn/parameters.ts';
import { convolution, mobileNetBody, mobileNetStem, mobileNetTrunk } from './mobilenet.ts';

export const FINDER_STRIDE = 8;

/** Channels of the finder's map. */
export const FINDER_CHANNELS = {
  /** Logit: the centre of a mouth lies in this cell. */
  mouth: 0,
  /** Logit: the mouth here is open. */
  open: 1,
  /** log₂ of the mouth's diameter in cells. */
  size: 2,
  /** Centre relative to the cell's, in cells. */
  dx: 3,
  dy: 4,
  /** Direction from the mouth to the bottle's base: (0, 1) is upright. */
  baseX: 5,
  baseY: 6,
} as const;
const FINDER_OUTPUTS = 7;
const PYRAMID = 64;

/** x (N, 3, S, S) in −1…1 → (N, 7, S/8, S/8), channels as FINDER_CHANNELS. */
export function finder(g: Graph, scope: Scope, x: Value): Value {
  return finderOnStem(g, scope, mobileNetStem(g, scope, x));
}

/** The same from the stem's output, which the bottle detector shares. */
export function finderOnStem(g: Graph, scope: Scope, stride8: Value): Value {
  const trunk = mobileNetBody(g, scope, stride8, 'trunk');
  // A feature pyramid (Lin et al. 2017): what the coarse maps know, at the resolution of the fine one.
  const lateral = (name: string, value: Value): Value =>
    convolution(g, scope, `head.${name}`, value, PYRAMID, 1, 1);
  const p5 = relu6(g, lateral('p5', trunk.stride32));
  const p4 = relu6(g, add(g, lateral('p4', trunk.stride16), resizeNearest(g, p5, 2)));
  const p3 = relu6(g, add(g, lateral('p3', stride8), resizeNearest(g, p4, 2)));
  const mixed = relu6(g, convolution(g, scope, 'head.mix', p3, PYRAMID, 3, 1));
  // Two maps with their own bias: a mouth is rare, so its map starts at a probability of about 1 %
  // (Lin et al. 2017, Focal loss, section 4.1); the rest starts at zero.
  const mouth = head(g, scope, 'head.mouth', mixed, 1, constant(-4.6));
  const rest = head(g, scope, 'head.rest', mixed, FINDER_OUTPUTS - 1, zeros);
  return concat(g, [mouth, rest]);
}

function head(g: Graph, scope: Scope, name: string, x: Value, channels: number, bias: Initialise): Value {
  scope.parameter(`${name}.bias`, [channels], bias);
  scope.parameter(`${name}.weight`, [channels, x.shape[1], 1, 1], smallNormal);
  return convolution(g, scope, name, x, channels, 1, 1);
}

const smallNormal: Initialise = (shape, random) => heNormal(shape, random).map((w) => w * 0.1);

/**
 * Columns of the reader's answer. Two logits: is this a mouth at all, and if it is, is it open. Then where in the
 * crop the mouth lies, so that a second, better crop can be cut: the finder sees the whole picture and is rough.
 */
export const READER_COLUMNS = {
  mouth: 0,
  open: 1,
  /** log₂ of the mouth's diameter in quarters of the crop's side. */
  size: 2,
  /** From the crop's anchor (`MOUTH_IN_CROP`) to the mouth's centre, in eighths of the crop's side. */
  dx: 3,
  dy: 4,
  /** Direction from the mouth to the bottle's base, in the crop: (0, 1) is upright. */
  baseX: 5,
  baseY: 6,
} as const;
/** How many of those say something of the state, and how many of the place. */
export const READER_STATE = 2;
export const READER_PLACE = 5;

/** x (N, 3, S, S) in −1…1, an upright crop about a mouth → (N, 7), columns as READER_COLUMNS. */
export function reader(g: Graph, scope: Scope, x: Value): Value {
  const trunk = mobileNetTrunk(g, scope, x);
  // The coarse map knows what a cap is, the middle one still knows where its edge runs.
  const features = concat(g, [
    pooled(g, relu6(g, convolution(g, scope, 'head.coarse', trunk.stride32, 192, 1, 1))),
    pooled(g, relu6(g, convolution(g, scope, 'head.middle', trunk.stride16, 64, 1, 1))),
  ]);
  // A mean over the map forgets where things are, so the place is read from the cells themselves.
  const cells = flatten(g, relu6(g, convolution(g, scope, 'head.where', trunk.stride16, 24, 1, 1)));
  return concat(g, [
    column(g, scope, 'head.dense', features, READER_STATE),
    column(g, scope, 'head.place', cells, READER_PLACE),
  ]);
}

function column(g: Graph, scope: Scope, name: string, x: Value, outputs: number): Value {
  const w = scope.parameter(`${name}.weight`, [x.shape[1], outputs], smallNormal);
  return dense(g, x, w, scope.parameter(`${name}.bias`, [outputs], zeros));
}

const pooled = (g: Graph, x: Value): Value => globalAveragePool(g, x);
