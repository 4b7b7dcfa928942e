// From a network's logit to the probability that is told, and back. Fitting it is evaluate's work.

import { clampProbability } from '../vision/verdict.ts';
import type { Card } from './card.ts';

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Log-odds of a probability strictly between 0 and 1. */
export function logitOf(p: number): number {
  return Math.log(p / (1 - p));
}

/** P(open) as the card's calibration says it, strictly between 0 and 1. */
export function calibrated(logit: number, { temperature, bias }: Card['calibration']): number {
  return clampProbability(sigmoid(logit / temperature + bias));
}
