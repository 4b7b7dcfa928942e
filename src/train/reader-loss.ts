import { READER_COLUMNS, READER_PLACE, READER_STATE, reader } from '../model/mouth.ts';
import type { Graph } from '../nn/graph.ts';
import { binaryCrossEntropy, smoothL1 } from '../nn/losses.ts';
import { add, scale, sliceChannels } from '../nn/ops.ts';
import type { Scope } from '../nn/parameters.ts';
import type { Loss } from '../nn/training-step.ts';

/** Is it a mouth; where that is known, is it open; and where somebody clicked it, where does it lie. */
export function readerLoss(g: Graph, scope: Scope, n: number, size: number): Loss {
  const answer = reader(g, scope, g.input('x', [n, 3, size, size]));
  const state = sliceChannels(g, answer, 0, READER_STATE);
  const place = sliceChannels(g, answer, READER_COLUMNS.size, READER_COLUMNS.size + READER_PLACE);
  const parts = {
    state: binaryCrossEntropy(
      g,
      state,
      g.input('target', [n, READER_STATE]),
      g.input('weight', [n, READER_STATE]),
      g.input('norm', []),
    ),
    place: smoothL1(
      g,
      place,
      g.input('placeTarget', [n, READER_PLACE]),
      g.input('placeWeight', [n, READER_PLACE]),
      g.input('placeNorm', []),
    ),
  };
  return { loss: add(g, parts.state, scale(g, parts.place, 0.3)), report: parts };
}
