// Is there a bottle's mouth here? Four opinions, weighed once on pictures that none of the networks was trained on.

import { type Static, Type } from 'typebox';
import { logitOf, sigmoid } from './calibration.ts';

/** Log-odds, in the order of a raw result's `evidence`. */
export const EVIDENCE = ['finder', 'reader', 'small', 'large'] as const;

/** `finder`: of this peak; `reader`: of its crops; `small`, `large`: of any bottle in the picture, by the detector. */
export type Evidence = Readonly<Record<(typeof EVIDENCE)[number], number>>;

/** P(mouth) = sigmoid(bias + Σ weight · evidence). */
export const PresenceWeights = Type.Object({
  finder: Type.Number(),
  reader: Type.Number(),
  small: Type.Number(),
  large: Type.Number(),
  bias: Type.Number(),
});
export type PresenceWeights = Static<typeof PresenceWeights>;

/** Before anything was weighed: the two networks that looked at this very mouth, alike. */
export const EVEN_PRESENCE: PresenceWeights = { finder: 0.5, reader: 0.5, small: 0, large: 0, bias: 0 };

/** A probability, 0–1. */
export function presenceOf(evidence: Evidence, weights: PresenceWeights): number {
  return sigmoid(EVIDENCE.reduce((sum, name) => sum + weights[name] * evidence[name], weights.bias));
}

/** What a peak's probability says as evidence, kept finite. */
export const evidenceOf = (probability: number): number =>
  logitOf(Math.min(Math.max(probability, 1e-6), 1 - 1e-6));
