import type { BottleState, Verdict } from '../contract/verdict.ts';
import type { Box, RgbImage } from '../vision/rgb-image.ts';
import type { Card } from './card.ts';
import type { Evidence } from './presence.ts';

/** One bottle whose mouth was found. */
export interface Bottle {
  /** Where the classifier looked: the mouth and the neck below it, in pixels of the picture given. */
  readonly box: Box;
  readonly state: BottleState;
  /** Calibrated probability that this bottle is open, strictly between 0 and 1. */
  readonly pOpen: number;
  /** Probability of the likelier state, 0.5–1. */
  readonly confidence: number;
  /** Probability that there is a bottle's mouth here at all, 0–1. */
  readonly presence: number;
  /** What the presence was made of, so that it can be weighed anew. */
  readonly evidence?: Evidence;
}

/** Where the network looked: values 0–1 on a grid laid over the whole picture, row by row. */
export interface AttentionMap {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

export interface Classification {
  readonly verdict: Verdict;
  /** Calibrated probability that the most visible bottle is open, whatever the verdict; never 0 or 1. */
  readonly pOpen: number;
  /** Confidence in the verdict, 0–1. */
  readonly confidence: number;
  /** Most visible first. Empty for `no_bottle`. */
  readonly bottles: readonly Bottle[];
  readonly attention: AttentionMap;
}

/** A loaded model: pixels in, verdict out. Its preprocessing comes from its card and from nowhere else. */
export interface Classifier {
  readonly card: Card;
  classify(image: RgbImage): Promise<Classification>;
}
