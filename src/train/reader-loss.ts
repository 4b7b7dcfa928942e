import { reader } from '../model/mouth.ts';
import type { Graph } from '../nn/graph.ts';
import { binaryCrossEntropy } from '../nn/losses.ts';
import type { Scope } from '../nn/parameters.ts';
import type { Loss } from '../nn/training-step.ts';

/** Two questions of equal weight: is it a mouth, and, where that is known, is it open. */
export function readerLoss(g: Graph, scope: Scope, n: number, size: number): Loss {
  const answer = reader(g, scope, g.input('x', [n, 3, size, size]));
  const [target, weight] = [g.input('target', [n, 2]), g.input('weight', [n, 2])];
  const loss = binaryCrossEntropy(g, answer, target, weight, g.input('norm', []));
  return { loss, report: {} };
}
