// From an answer a frame to a verdict that a person can read. Pure.
//
// Two things are followed: how likely there is a bottle, and the log-odds that it is open. Each answer pulls both
// towards itself by an exponential mean in time (not in frames, so that a slow server does not make it sluggish):
// after TIME_CONSTANT_MS an old answer counts 1/e. Log-odds, since a frame that is sure should outweigh one that
// wavers. The verdict of the means is shown only when the frame before led to it too, so that one odd frame between
// others changes nothing.

import type { Prediction } from '../../../contract/prediction.ts';
import type { Verdict } from '../../../contract/verdict.ts';

export const TIME_CONSTANT_MS = 700;

/** Beyond this the probabilities of a single frame are not trusted. */
const SURE = 0.99;

/** Without the model's own band: between these the verdict is "uncertain". */
export const USUAL_BAND: Band = [0.4, 0.6];

export type Band = readonly [number, number];

export interface Smooth {
  /** Mean that there is a bottle, 0–1. */
  readonly presence: number;
  /** Mean log-odds that it is open; kept as it was while there is none. */
  readonly logOdds: number;
  /** What is shown. */
  readonly verdict: Verdict;
  /** What the means said last; shown once they say it twice. */
  readonly candidate: Verdict;
  /** Milliseconds, of the frame last taken in. */
  readonly at: number;
}

export type FrameAnswer = Pick<Prediction, 'verdict' | 'p_open'>;

/**
 * Takes one more answer in.
 * @param before null before the first
 * @param at when the frame was taken, milliseconds on any clock that goes forward
 * @param band probabilities of "open" between which the model does not decide
 */
export function smooth(before: Smooth | null, answer: FrameAnswer, at: number, band: Band): Smooth {
  const bottle = answer.verdict === 'no_bottle' ? 0 : 1;
  if (before === null) {
    const logOdds = bottle === 1 ? logOddsOf(answer.p_open) : 0;
    const verdict = verdictOf(bottle, logOdds, band);
    return { presence: bottle, logOdds, verdict, candidate: verdict, at };
  }
  const weight = 1 - Math.exp(-Math.max(0, at - before.at) / TIME_CONSTANT_MS);
  const presence = before.presence + weight * (bottle - before.presence);
  const logOdds =
    bottle === 0 ? before.logOdds : before.logOdds + weight * (logOddsOf(answer.p_open) - before.logOdds);
  const candidate = verdictOf(presence, logOdds, band);
  const verdict = candidate === before.candidate ? candidate : before.verdict;
  return { presence, logOdds, verdict, candidate, at };
}

/** The smoothed probability of "open". */
export function openness({ logOdds }: Smooth): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** How sure the shown verdict is, 0–1. */
export function sureness(state: Smooth): number {
  const pOpen = openness(state);
  return state.verdict === 'no_bottle' ? 1 - state.presence : Math.max(pOpen, 1 - pOpen);
}

function verdictOf(presence: number, logOdds: number, [low, high]: Band): Verdict {
  if (presence < 0.5) return 'no_bottle';
  if (logOdds >= logOddsOf(high)) return 'open';
  return logOdds <= logOddsOf(low) ? 'closed' : 'uncertain';
}

function logOddsOf(probability: number): number {
  const bounded = Math.min(SURE, Math.max(1 - SURE, probability));
  return Math.log(bounded / (1 - bounded));
}
