// From raw answers on held-out pictures to what a card decides by: calibration, the uncertain band, and the
// presence below which there is no bottle. All three are fitted on pictures the networks never saw.

import { calibrated, logitOf } from '../model/calibration.ts';
import type { Card } from '../model/card.ts';
import { confidenceOf, decideVerdict, stateOf } from '../vision/verdict.ts';
import { fitCalibration } from './calibrate.ts';
import type { Answer, Row } from './results.ts';
import { bandForPrecision } from './thresholds.ts';

export interface Decision {
  readonly calibration: Card['calibration'];
  readonly thresholds: Card['thresholds'];
  readonly presenceThreshold: number;
}

/** Answers as they come from the networks: nothing calibrated, every candidate kept, nothing uncertain. */
export const RAW_DECISION: Decision = {
  calibration: { temperature: 1, bias: 0 },
  thresholds: { closedBelow: 0.5, openAbove: 0.5 },
  presenceThreshold: 0,
};

export interface DecisionTargets {
  /** Of the pictures called open or closed, this share should be right. */
  readonly precision: number;
  /** Share of bottles that must be found. */
  readonly bottlesFound: number;
}

export const TARGETS: DecisionTargets = { precision: 0.95, bottlesFound: 0.97 };

/** Fits a decision to rows that were answered with RAW_DECISION. Sources count alike, whatever their size. */
export function fitDecision(rows: readonly Row[], targets: DecisionTargets = TARGETS): Decision {
  const bottles = rows.filter(({ label, answer }) => (label === 'open' || label === 'closed') && answer);
  const sizes = new Map<string, number>();
  for (const { source, label } of bottles) increment(sizes, `${source} ${label}`);
  const logits = bottles.flatMap(({ label, source, answer }) =>
    answer
      ? [
          {
            open: label === 'open',
            logit: logitOf(answer.p_open),
            weight: 1 / Math.sqrt(sizes.get(`${source} ${label}`) ?? 1),
          },
        ]
      : [],
  );
  const calibration = fitCalibration(logits);
  const forecasts = logits.map(({ open, logit }) => ({ open, pOpen: calibrated(logit, calibration) }));
  const { closedBelow, openAbove } = bandForPrecision(forecasts, targets.precision);
  const presences = bottles.map(({ answer }) => presenceOf(answer)).sort((one, other) => one - other);
  const missed = Math.floor(presences.length * (1 - targets.bottlesFound));
  return { calibration, thresholds: { closedBelow, openAbove }, presenceThreshold: presences[missed] ?? 0 };
}

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
  const bottles = row.answer.bottles.map((bottle) => {
    const pOpen = calibrated(logitOf(bottle.p_open), decision.calibration);
    return {
      ...bottle,
      p_open: pOpen,
      confidence: confidenceOf(pOpen),
      state: stateOf(pOpen, decision.thresholds),
    };
  });
  const candidates = bottles.map(({ p_open: pOpen, presence }) => ({ pOpen, presence }));
  const rule = { ...decision.thresholds, presenceThreshold: decision.presenceThreshold };
  const { verdict, pOpen, confidence } = decideVerdict(candidates, rule);
  const kept = bottles.filter(({ presence }) => presence >= decision.presenceThreshold);
  return { ...row, answer: { ...row.answer, verdict, p_open: pOpen, confidence, bottles: kept } };
}

/**
 * Honest rows from raw ones: sources are dealt into two halves, and each half is decided by what was fitted on
 * the other, so that no picture helps to fit what it is measured with. Where the sources are too few to have
 * both states on both sides the rows stay raw: better uncalibrated than flattered.
 */
export function crossFit(rows: readonly Row[], targets?: DecisionTargets): Row[] {
  const half = dealSources(rows);
  const parts = [0, 1].map((side) => rows.filter(({ source }) => half.get(source) === side));
  const [first, second] = parts.map((part) => fitDecisionIfPossible(part, targets));
  if (!first || !second) return [...rows];
  return rows.map((row) => decideAgain(row, half.get(row.source) === 0 ? second : first));
}

/** Sources in two halves with about as many open and closed pictures each; the largest first. */
function dealSources(rows: readonly Row[]): Map<string, 0 | 1> {
  const totals = { open: count(rows, 'open'), closed: count(rows, 'closed') };
  const sources = [...Map.groupBy(rows, ({ source }) => source)].map(([source, part]) => ({
    source,
    open: count(part, 'open') / Math.max(1, totals.open),
    closed: count(part, 'closed') / Math.max(1, totals.closed),
  }));
  sources.sort((one, other) => other.open + other.closed - one.open - one.closed);
  const filled = [
    { open: 0, closed: 0 },
    { open: 0, closed: 0 },
  ];
  const half = new Map<string, 0 | 1>();
  for (const { source, open, closed } of sources) {
    const after = (side: 0 | 1): number => Math.max(filled[side].open + open, filled[side].closed + closed);
    const side = after(0) <= after(1) ? 0 : 1;
    filled[side] = { open: filled[side].open + open, closed: filled[side].closed + closed };
    half.set(source, side);
  }
  return half;
}

const count = (rows: readonly Row[], label: string): number =>
  rows.filter((row) => row.label === label).length;

const increment = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

const presenceOf = (answer: Answer | null): number => answer?.bottles[0]?.presence ?? 0;
