// From what a model found to what is told: field names of the contract, boxes in pixels of the original. The
// command line, the evaluation and the server all say it through here.

import type { Bottle, Prediction } from '../contract/prediction.ts';
import type { Classification, Bottle as FoundBottle } from './classification.ts';

export type Answer = Pick<Prediction, 'verdict' | 'p_open' | 'confidence' | 'bottles'>;

/** A picture that was decoded at most at its own size. */
export interface Seen {
  /** Of the upright original. */
  readonly width: number;
  readonly height: number;
  /** What was classified. */
  readonly image: { readonly width: number; readonly height: number };
}

export function answerOf({ verdict, pOpen, confidence, bottles }: Classification, seen: Seen): Answer {
  return { verdict, p_open: pOpen, confidence, bottles: bottles.map((bottle) => tellBottle(bottle, seen)) };
}

/** Each axis by its own factor: a reduced side is rounded to whole pixels. */
function tellBottle(
  { box, state, confidence, pOpen, presence }: FoundBottle,
  { width, height, image }: Seen,
): Bottle {
  const [x, y, w, h] = box;
  const [across, down] = [width / image.width, height / image.height];
  return {
    box: [tenths(x * across), tenths(y * down), tenths(w * across), tenths(h * down)],
    state,
    confidence,
    p_open: pOpen,
    presence,
  };
}

export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
