// From raw answers on held-out pictures to what a card decides by: calibration, the uncertain band, and the
// presence below which there is no bottle. All three are fitted on pictures the networks never saw.

import { calibrated, logitOf } from '../model/calibration.ts';
import type { Card } from '../model/card.ts';
import { EVEN_PRESENCE, type PresenceWeights, presenceOf } from '../model/presence.ts';
import { byVisibility, candidateState, confidenceOf, decideVerdict } from '../vision/verdict.ts';
import { fitCalibration } from './calibrate.ts';
import { fitLogistic } from './logistic.ts';
import type { Answer, Row } from './results.ts';
import { bandForPrecision } from './thresholds.ts';

export interface Decision {
  readonly calibration: Card['calibration'];
  readonly thresholds: Card['thresholds'];
  readonly presence: PresenceWeights;
  readonly presenceThreshold: number;
  readonly sureThreshold: number;
}

/** Answers as they come from the networks: nothing calibrated, every candidate kept, nothing uncertain. */
export const RAW_DECISION: Decision = {
  calibration: { temperature: 1, bias: 0 },
  thresholds: { closedBelow: 0.5, openAbove: 0.5 },
  presence: EVEN_PRESENCE,
  presenceThreshold: 0,
  sureThreshold: 0,
};

export interface DecisionTargets {
  /** Of the pictures called open or closed, this share should be right. */
  readonly precision: number;
  /** Share of bottles that must be found. */
  readonly bottlesFound: number;
  /** Share of bottle-free pictures that may be called open or closed. */
  readonly falseStates: number;
}

export const TARGETS: DecisionTargets = { precision: 0.98, bottlesFound: 0.985, falseStates: 0.02 };

/**
 * Fits a decision to rows that were answered with RAW_DECISION. Calibration weighs bottles as `bottlesOf` says; the
 * uncertain band and both thresholds of presence count every picture alike.
 */
export function fitDecision(raw: readonly Row[], targets: DecisionTargets = TARGETS): Decision {
  const presence = fitPresence(raw);
  const rows = raw.map((row) => decideAgain(row, { ...RAW_DECISION, presence }));
  const bottles = bottlesOf(rows);
  const logits = bottles.map(({ row, answer, weight }) => ({
    open: row.label === 'open',
    logit: logitOf(answer.p_open),
    weight,
  }));
  const calibration = fitCalibration(logits);
  const forecasts = logits.map(({ open, logit }) => ({ open, pOpen: calibrated(logit, calibration) }));
  const { closedBelow, openAbove } = bandForPrecision(forecasts, targets.precision);
  const found = bottles.map(({ answer }) => strongest(answer));
  const presenceThreshold = quantile(found, 1 - targets.bottlesFound);
  const decision = { calibration, thresholds: { closedBelow, openAbove }, presence, presenceThreshold };
  const sureThreshold = Math.max(presenceThreshold, fitSureThreshold(rows, decision, targets.falseStates));
  return { ...decision, sureThreshold };
}

/**
 * How much open bottles count beside closed ones. A probability assumes how common each state is, and nobody
 * knows that of the pictures to come: this lies between the photographs at hand, a quarter of which are open,
 * and even odds.
 */
const OPEN_SHARE = 0.3;

/**
 * Bottles of known state that were answered. Of each source and state the square root of its number counts, and
 * open and closed ones together as OPEN_SHARE says.
 */
function bottlesOf(rows: readonly Row[]): { row: Row; answer: Answer; weight: number }[] {
  const bottles = rows.filter(({ label, answer }) => (label === 'open' || label === 'closed') && answer);
  const key = ({ source, label }: Row): string => `${source} ${label}`;
  const sizes = Map.groupBy(bottles, key);
  const share = (row: Row): number => 1 / Math.sqrt(sizes.get(key(row))?.length ?? 1);
  const total = (label: Row['label']): number =>
    sum(bottles.filter((row) => row.label === label).map(share)) || 1;
  const scales = { open: OPEN_SHARE / total('open'), closed: (1 - OPEN_SHARE) / total('closed') };
  return bottles.flatMap((row) => {
    const scale = row.label === 'open' ? scales.open : scales.closed;
    return row.answer ? { row, answer: row.answer, weight: share(row) * scale } : [];
  });
}

/** Weighs the evidence of every picture's strongest candidate; without bottle-free pictures it stays even. */
function fitPresence(raw: readonly Row[]): PresenceWeights {
  let presence = EVEN_PRESENCE;
  // Which candidate is strongest depends on the weights: the second round asks again.
  for (let round = 0; round < 2; round++) {
    const rows = raw.map((row) => decideAgain(row, { ...RAW_DECISION, presence }));
    const examples = rows.flatMap(({ label, answer }) => {
      const [first] = byVisibility(answer?.bottles ?? []);
      const known = label === 'open' || label === 'closed' || label === 'none';
      return known && first?.evidence
        ? { features: first.evidence, positive: label !== 'none', weight: 1 }
        : [];
    });
    const negatives = examples.filter(({ positive }) => !positive).length;
    if (negatives < FEWEST_NEGATIVES || negatives === examples.length) return EVEN_PRESENCE;
    const { weights, bias } = fitLogistic(examples, 1e-3);
    const [finder, reader, small, large] = weights;
    presence = { finder, reader, small, large, bias };
  }
  return presence;
}

/** Fewer bottle-free pictures than this cannot weigh four opinions. */
const FEWEST_NEGATIVES = 20;

/** The presence from which on at most `share` of the bottle-free pictures are told a state. */
function fitSureThreshold(
  rows: readonly Row[],
  decision: Omit<Decision, 'sureThreshold'>,
  share: number,
): number {
  const empty = rows.filter(({ label, answer }) => label === 'none' && answer);
  const told = empty.flatMap((row) => {
    const { answer } = decideAgain(row, { ...decision, presenceThreshold: 0, sureThreshold: 0 });
    return answer && answer.verdict !== 'uncertain' ? [strongest(answer)] : [];
  });
  const allowed = Math.floor(empty.length * share);
  const [next] = told.sort((one, other) => other - one).slice(allowed);
  // Just above the first one too many.
  return next === undefined ? 0 : Math.min(1, next + 1e-6);
}

/** The value below which `share` of the values lie. */
function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? 0;
}

const strongest = ({ bottles }: Answer): number =>
  bottles.reduce((most, { presence }) => Math.max(most, presence), 0);

/**
 * The same, or null where there is nothing to fit to: no bottle of one state, or a network whose logits do not
 * rank open above closed, which no threshold can mend.
 */
export function fitDecisionIfPossible(rows: readonly Row[], targets?: DecisionTargets): Decision | null {
  try {
    return fitDecision(rows, targets);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What the model would have answered with another decision. Rows must come from RAW_DECISION. */
export function decideAgain(row: Row, decision: Decision): Row {
  if (!row.answer) return row;
  const rule = { ...decision.thresholds, ...decision };
  const bottles = row.answer.bottles.map((bottle) => {
    const pOpen = calibrated(logitOf(bottle.p_open), decision.calibration);
    const presence = bottle.evidence ? weigh(bottle.evidence, decision.presence) : bottle.presence;
    const state = candidateState({ pOpen, presence }, rule);
    return { ...bottle, p_open: pOpen, confidence: confidenceOf(pOpen), presence, state };
  });
  const candidates = bottles.map(({ p_open: pOpen, presence }) => ({ pOpen, presence }));
  const { verdict, pOpen, confidence } = decideVerdict(candidates, rule);
  const kept = byVisibility(bottles).filter(({ presence }) => presence >= decision.presenceThreshold);
  return { ...row, answer: { ...row.answer, verdict, p_open: pOpen, confidence, bottles: kept } };
}

function weigh([finder, reader, small, large]: readonly number[], weights: PresenceWeights): number {
  return presenceOf({ finder, reader, small, large }, weights);
}

/** Into how many parts sources, or groups, are dealt. */
const PARTS = 5;

export interface CrossFitted {
  readonly rows: Row[];
  /** Whether the rows were decided anew; otherwise they are raw. */
  readonly decided: boolean;
}

/**
 * Honest rows from raw ones: sources, or groups where sources are fewer than parts, are dealt into parts, and each part
 * is decided by what was fitted on the others, so that no picture helps to fit what it is measured with. Where they are
 * too few to have both states on both sides the rows stay raw: better uncalibrated than flattered.
 */
export function crossFit(rows: readonly Row[], targets?: DecisionTargets): CrossFitted {
  const sources = new Set(rows.map(({ source }) => source));
  const unitOf = ({ source, group }: Row): string => (sources.size < PARTS ? group : source);
  const partOf = dealUnits(rows, unitOf);
  const decisions = Array.from({ length: PARTS }, (_, part) =>
    fitDecisionIfPossible(
      rows.filter((row) => partOf.get(unitOf(row)) !== part),
      targets,
    ),
  );
  const known = decisions.flatMap((decision) => decision ?? []);
  if (known.length < PARTS) return { rows: [...rows], decided: false };
  return { rows: rows.map((row) => decideAgain(row, known[partOf.get(unitOf(row)) ?? 0])), decided: true };
}

/** What a report must say of rows that stayed raw. */
export const splitOf = (split: string, { decided }: CrossFitted): string =>
  decided
    ? split
    : `${split}; raw answers, too few pictures to fit a decision to some and measure it on others`;

/** Sources or groups in parts with about as many pictures of each label; the largest first, each where it fits best. */
function dealUnits(rows: readonly Row[], unitOf: (row: Row) => string): Map<string, number> {
  const labels = ['open', 'closed', 'none'] as const;
  const totals = labels.map((label) => Math.max(1, count(rows, label)));
  const units = [...Map.groupBy(rows, unitOf)]
    .map(([unit, part]) => ({ unit, shares: labels.map((label, i) => count(part, label) / totals[i]) }))
    .sort((one, other) => sum(other.shares) - sum(one.shares));
  const filled = Array.from({ length: PARTS }, () => labels.map(() => 0));
  const partOf = new Map<string, number>();
  for (const { unit, shares } of units) {
    const after = filled.map((part) => Math.max(...part.map((share, i) => share + shares[i])));
    const part = after.indexOf(Math.min(...after));
    filled[part] = filled[part].map((share, i) => share + shares[i]);
    partOf.set(unit, part);
  }
  return partOf;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const count = (rows: readonly Row[], label: string): number =>
  rows.filter((row) => row.label === label).length;
