// A pretrained detector's opinion of whether there is a bottle in the picture at all. The mouth networks learn
// from a thousand pictures without a bottle; the detector has seen a hundred thousand, so its body and its two
// finest heads stay as they are. It shares the finder's stem, which is the same network's and is never trained.

import type { Graph, Value } from '../nn/graph.ts';
import { concat, flatten, relu6 } from '../nn/ops.ts';
import type { Scope } from '../nn/parameters.ts';
import { convolution, mobileNetBody } from './mobilenet.ts';

/** Where its weights live beside the finder's. */
export const DETECTOR_PREFIX = 'bottle';

/** Columns of its answer: the strongest logit of a small and of a large bottle. */
export const DETECTOR_COLUMNS = { small: 0, large: 1 } as const;

/** Boxes that each cell of a map proposes (Liu et al. 2016, SSD, section 2.2). */
export const DETECTOR_BOXES = { small: 3, large: 6 } as const;

/** stem (N, 32, S/8, S/8) → (N, 2), columns as DETECTOR_COLUMNS. Not differentiable: it is never trained. */
export function bottleDetector(g: Graph, scope: Scope, stem: Value): Value {
  const { wide16, stride32 } = mobileNetBody(g, scope, stem, DETECTOR_PREFIX);
  const top = relu6(g, convolution(g, scope, `${DETECTOR_PREFIX}.Conv_1`, stride32, 1280, 1, 1));
  return concat(g, [
    strongest(g, convolution(g, scope, `${DETECTOR_PREFIX}.small`, wide16, DETECTOR_BOXES.small, 1, 1)),
    strongest(g, convolution(g, scope, `${DETECTOR_PREFIX}.large`, top, DETECTOR_BOXES.large, 1, 1)),
  ]);
}

const strongest = (g: Graph, map: Value): Value =>
  g.emit('ReduceMax', [flatten(g, map)], [map.shape[0], 1], { axes: { type: 'ints', value: [1] } });
