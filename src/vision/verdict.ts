// From what was read at each mouth to what is said of the picture.

/** One mouth that was looked at. */
export interface Candidate {
  /** Calibrated probability that the bottle is open. */
  readonly pOpen: number;
  /** Probability that there is a bottle's mouth at all. */
  readonly presence: number;
}

/** P(open) inside [closedBelow, openAbove] is uncertain. */
export interface StateThresholds {
  readonly closedBelow: number;
  readonly openAbove: number;
}

export interface VerdictRule extends StateThresholds {
  /** A candidate whose presence is below this is no bottle. */
  readonly presenceThreshold: number;
  /** Below this it may be one, but no state is told. */
  readonly sureThreshold: number;
}

export interface PictureVerdict {
  readonly verdict: 'open' | 'closed' | 'uncertain' | 'no_bottle';
  /** Probability that the most visible candidate is open, whatever the verdict. */
  readonly pOpen: number;
  /**
   * Probability of what the verdict says; where it says `uncertain`, of the likelier state, and of a bottle being
   * there at all if that is what is uncertain.
   */
  readonly confidence: number;
}

/** Nothing is ever certain: probabilities stay this far from 0 and 1. */
const MARGIN = 1e-4;

/** Strictly between 0 and 1. Throws a RangeError for what is not a number. */
export function clampProbability(p: number): number {
  if (Number.isNaN(p)) throw new RangeError('a probability is not a number');
  return Math.min(Math.max(p, MARGIN), 1 - MARGIN);
}

export function stateOf(pOpen: number, thresholds: StateThresholds): 'open' | 'closed' | 'uncertain' {
  if (pOpen > thresholds.openAbove) return 'open';
  return pOpen < thresholds.closedBelow ? 'closed' : 'uncertain';
}

/** The state of one candidate, as far as it is one. */
export function candidateState(
  { pOpen, presence }: Candidate,
  rule: VerdictRule,
): ReturnType<typeof stateOf> {
  return presence < rule.sureThreshold ? 'uncertain' : stateOf(clampProbability(pOpen), rule);
}

/** Probability of the likelier state, 0.5–1. */
export function confidenceOf(pOpen: number): number {
  const p = clampProbability(pOpen);
  return Math.max(p, 1 - p);
}

/** Most visible first; equals stay in their order. */
export function byVisibility<T extends Pick<Candidate, 'presence'>>(candidates: readonly T[]): T[] {
  return [...candidates].sort((one, other) => other.presence - one.presence);
}

/** The most visible candidate speaks for the picture; with none at all, open is as likely as closed. */
export function decideVerdict(candidates: readonly Candidate[], rule: VerdictRule): PictureVerdict {
  const [first] = byVisibility(candidates);
  const pOpen = clampProbability(first?.pOpen ?? 0.5);
  const presence = clampProbability(first?.presence ?? 0);
  if (first === undefined || first.presence < rule.presenceThreshold)
    return { verdict: 'no_bottle', pOpen, confidence: 1 - presence };
  // Where it is not even clear that this is a bottle, the likelier state holds only if it is one.
  const told = first.presence < rule.sureThreshold ? presence : 1;
  return { verdict: candidateState(first, rule), pOpen, confidence: told * confidenceOf(pOpen) };
}
