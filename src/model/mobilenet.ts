// MobileNetV2's trunk (Sandler et al. 2018, table 2, width 1) with its batch norms already folded into the
// convolutions, as converted files store it. Weight names follow the TensorFlow checkpoint's.

import type { Graph, Value } from '../nn/graph.ts';
import { add, conv, depthwiseConv, relu6 } from '../nn/ops.ts';
import { heNormal, type Scope, zeros } from '../nn/parameters.ts';

interface Block {
  readonly name: string;
  readonly expand: number;
  readonly channels: number;
  readonly stride: 1 | 2;
}

const BLOCKS: readonly Block[] = [
  { expand: 1, channels: 16, stride: 1, repeat: 1 },
  { expand: 6, channels: 24, stride: 2, repeat: 2 },
  { expand: 6, channels: 32, stride: 2, repeat: 3 },
  { expand: 6, channels: 64, stride: 2, repeat: 4 },
  { expand: 6, channels: 96, stride: 1, repeat: 3 },
  { expand: 6, channels: 160, stride: 2, repeat: 3 },
  { expand: 6, channels: 320, stride: 1, repeat: 1 },
]
  .flatMap(({ repeat, stride, ...block }) =>
    Array.from({ length: repeat }, (_, i) => ({ ...block, stride: i === 0 ? stride : 1 }) as const),
  )
  .map((block, i) => ({
    ...block,
    stride: block.stride === 2 ? 2 : 1,
    name: i === 0 ? 'expanded_conv' : `expanded_conv_${i}`,
  }));

/** The last block whose output has stride 8: what comes before it is the stem, what follows the body. */
const STEM_END = 5;

/** What a body knows at each stride. */
export interface BodyFeatures {
  /** (N, 96, H/16, W/16), the last output at this stride, before anything is added on top. */
  readonly stride16: Value;
  /** (N, 576, H/16, W/16), the same widened by the next block: the first map that the detector SSD looks at. */
  readonly wide16: Value;
  /** (N, 320, H/32, W/32) */
  readonly stride32: Value;
}

export interface TrunkFeatures extends BodyFeatures {
  /** (N, 32, H/8, W/8) */
  readonly stride8: Value;
}

/** x (N, 3, H, W), RGB in −1…1, H and W multiples of 32. */
export function mobileNetTrunk(g: Graph, scope: Scope, x: Value): TrunkFeatures {
  const stride8 = mobileNetStem(g, scope, x);
  return { stride8, ...mobileNetBody(g, scope, stride8, 'trunk') };
}

/** The first convolution and blocks 0–5: (N, 3, H, W) → (N, 32, H/8, W/8). */
export function mobileNetStem(g: Graph, scope: Scope, x: Value): Value {
  const first = relu6(g, convolution(g, scope, 'trunk.Conv', x, 32, 3, 2));
  const blocks = BLOCKS.slice(0, STEM_END + 1);
  return blocks.reduce((y, block) => invertedResidual(g, scope, 'trunk', block, y).narrow, first);
}

/** Blocks 6–16 on a stem's output. Several bodies with weights of their own can share one stem. */
export function mobileNetBody(g: Graph, scope: Scope, stem: Value, prefix: string): BodyFeatures {
  const after: { wide: Value; narrow: Value }[] = [];
  for (const block of BLOCKS.slice(STEM_END + 1)) {
    after.push(invertedResidual(g, scope, prefix, block, after.at(-1)?.narrow ?? stem));
  }
  const [stage16, stage32] = [after[12 - STEM_END - 1], after[13 - STEM_END - 1]];
  return { stride16: stage16.narrow, wide16: stage32.wide, stride32: after[after.length - 1].narrow };
}

/** Names of the weights up to and including the given block (0–16), for freezing; −1 is the first convolution. */
export function trunkPrefix(lastBlock: number): (name: string) => boolean {
  const names = ['trunk.Conv', ...BLOCKS.slice(0, lastBlock + 1).map((block) => `trunk.${block.name}`)];
  return (name) => names.some((prefix) => name.startsWith(`${prefix}.`));
}

function invertedResidual(
  g: Graph,
  scope: Scope,
  prefix: string,
  block: Block,
  x: Value,
): { wide: Value; narrow: Value } {
  const name = `${prefix}.${block.name}`;
  const inside = x.shape[1] * block.expand;
  const wide = block.expand === 1 ? x : relu6(g, convolution(g, scope, `${name}.expand`, x, inside, 1, 1));
  const w = scope.parameter(`${name}.depthwise.weight`, [inside, 1, 3, 3], heNormal);
  const b = scope.parameter(`${name}.depthwise.bias`, [inside], zeros);
  const options = { stride: block.stride, pads: samePads(wide, block.stride) };
  const mixed = relu6(g, depthwiseConv(g, wide, w, b, options));
  const y = convolution(g, scope, `${name}.project`, mixed, block.channels, 1, 1);
  return { wide, narrow: block.stride === 1 && x.shape[1] === block.channels ? add(g, x, y) : y };
}

/** A plain convolution with TensorFlow's SAME padding and its weights named `<name>.weight` and `.bias`. */
export function convolution(
  g: Graph,
  scope: Scope,
  name: string,
  x: Value,
  channels: number,
  k: number,
  stride: 1 | 2,
): Value {
  const w = scope.parameter(`${name}.weight`, [channels, x.shape[1], k, k], heNormal);
  const b = scope.parameter(`${name}.bias`, [channels], zeros);
  return conv(g, x, w, b, k === 1 ? { pads: [0, 0, 0, 0] } : { stride, pads: samePads(x, stride) });
}

/** SAME for k = 3: at stride 2 an even side gets its one pixel of padding at the end. */
function samePads(x: Value, stride: number): [number, number, number, number] {
  const before = (size: number): number => (stride === 2 && size % 2 === 0 ? 0 : 1);
  return [before(x.shape[2]), before(x.shape[3]), 1, 1];
}
