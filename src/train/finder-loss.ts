import { FINDER_CHANNELS, FINDER_STRIDE, finder } from '../model/mouth.ts';
import type { Graph, Value } from '../nn/graph.ts';
import { binaryCrossEntropy, focalLoss, smoothL1 } from '../nn/losses.ts';
import { add, flatten, mul, scale, sliceChannels, softMaximum, softmax, sumRows } from '../nn/ops.ts';
import type { Scope } from '../nn/parameters.ts';
import type { Loss } from '../nn/training-step.ts';
import { GEOMETRY } from './finder-batch.ts';

/**
 * The finder's loss: a focal map of centres, state and geometry where a mouth is known, and for pictures with
 * only a label the two things it says, that there is a mouth (soft maximum over the map) and that the state
 * there is this one (attention: the map's softmax weighs the state map; Ilse et al. 2018).
 */
export function finderLoss(g: Graph, scope: Scope, n: number, size: number): Loss {
  const cells = size / FINDER_STRIDE;
  const feedMap = (name: string, channels = 1): Value => g.input(name, [n, channels, cells, cells]);
  const feedColumn = (name: string): Value => g.input(name, [n, 1]);
  const feedScalar = (name: string): Value => g.input(name, []);
  const map = finder(g, scope, g.input('x', [n, 3, size, size]));
  const mouth = sliceChannels(g, map, FINDER_CHANNELS.mouth, FINDER_CHANNELS.mouth + 1);
  const open = sliceChannels(g, map, FINDER_CHANNELS.open, FINDER_CHANNELS.open + 1);
  const geometry = sliceChannels(g, map, FINDER_CHANNELS.size, FINDER_CHANNELS.size + GEOMETRY);
  const batchNorm = feedScalar('batchNorm');

  const parts = {
    mouth: focalLoss(g, mouth, feedMap('mouthTarget'), feedMap('mouthWeight'), feedScalar('mouthNorm')),
    open: binaryCrossEntropy(g, open, feedMap('openTarget'), feedMap('openWeight'), feedScalar('openNorm')),
    geometry: smoothL1(
      g,
      geometry,
      feedMap('geometryTarget', GEOMETRY),
      feedMap('geometryWeight', GEOMETRY),
      feedScalar('geometryNorm'),
    ),
    presence: binaryCrossEntropy(
      g,
      softMaximum(g, flatten(g, mouth), 0.25),
      feedColumn('presenceTarget'),
      feedColumn('presenceWeight'),
      batchNorm,
    ),
    state: binaryCrossEntropy(
      g,
      sumRows(g, mul(g, softmax(g, flatten(g, mouth)), flatten(g, open))),
      feedColumn('stateTarget'),
      feedColumn('stateWeight'),
      batchNorm,
    ),
  };
  const weights = { mouth: 1, open: 0.5, geometry: 0.5, presence: 0.5, state: 0.5 };
  const loss = [
    scale(g, parts.mouth, weights.mouth),
    scale(g, parts.open, weights.open),
    scale(g, parts.geometry, weights.geometry),
    scale(g, parts.presence, weights.presence),
    scale(g, parts.state, weights.state),
  ].reduce((sum, part) => add(g, sum, part));
  return { loss, report: parts };
}
