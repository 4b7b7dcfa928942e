import { BRIGHTNESS_BARS, CONFIDENCE_BARS } from '../contract/statistics.ts';
import { VERDICTS, type Verdict } from '../contract/verdict.ts';
import type { Card, Proportion } from '../model/card.ts';
import { balancedAccuracyInterval } from './bootstrap.ts';
import { balancedAccuracy, isRight } from './forecast.ts';
import { shareOf } from './proportion.ts';
import {
  brierScore,
  EQUAL_MASS,
  EQUAL_WIDTH,
  expectedCalibrationError,
  logLoss,
  reliabilityBins,
} from './reliability.ts';
import type { Answer, Row } from './results.ts';
import { areaUnderRoc } from './roc.ts';

/** A picture that counts: one bottle state is known and an answer was given. */
export interface Judged {
  readonly row: Row;
  readonly answer: Answer;
  readonly open: boolean;
  readonly pOpen: number;
  readonly group: string;
}

export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** Every figure of one set of rows. A figure without a denominator is null, never 0 and never 1. */
export interface Slice {
  /** Bottles of known state that were judged. */
  readonly open: number;
  readonly closed: number;
  /** P(open) ≥ ½ taken as the answer for every bottle, `uncertain` and `no_bottle` included. */
  readonly accuracy: Proportion | null;
  readonly openRecall: Proportion | null;
  readonly closedRecall: Proportion | null;
  readonly balancedAccuracy: number | null;
  /** 95 % interval of the balanced accuracy, by bootstrap over groups. */
  readonly balancedAccuracyInterval: readonly [number, number] | null;
  readonly auc: number | null;
  /** Over ten bins of equal mass of P(open); the second one over ten of equal width. */
  readonly expectedCalibrationError: number | null;
  readonly equalWidthCalibrationError: number | null;
  readonly brier: number | null;
  readonly logLoss: number | null;
  /** Of the bottles called open or closed, those called rightly. */
  readonly selectiveAccuracy: Proportion | null;
  /** Bottles called uncertain. */
  readonly uncertain: Proportion | null;
  /** Bottles not answered with `no_bottle`. */
  readonly found: Proportion | null;
  /** Bottle-free pictures that were called open or closed. */
  readonly falseState: Proportion | null;
  /** Verdicts by label, pictures left out of every figure above included. */
  readonly confusion: Readonly<Record<Row['label'], VerdictCounts>>;
  /** Left out of the figures: state unclear or mixed, file not readable. */
  readonly leftOut: { readonly unclear: number; readonly mixed: number; readonly broken: number };
}

export interface Summary {
  readonly overall: Slice;
  readonly bySource: Readonly<Record<string, Slice>>;
  readonly byKind: Readonly<Record<string, Slice>>;
  readonly byBeer: Readonly<Record<string, Slice>>;
  /** Unreadable files by error code. */
  readonly errors: Readonly<Record<string, number>>;
}

/** The bottles of known state that were answered. */
export function judged(rows: readonly Row[]): Judged[] {
  return rows.flatMap((row) => {
    const { answer, label, group } = row;
    if (!answer || (label !== 'open' && label !== 'closed')) return [];
    return [{ row, answer, open: label === 'open', pOpen: answer.p_open, group }];
  });
}

export function sliceOf(rows: readonly Row[]): Slice {
  const bottles = judged(rows);
  const [opens, closeds] = [bottles.filter(({ open }) => open), bottles.filter(({ open }) => !open)];
  const decided = bottles.filter(({ answer }) => isDecided(answer));
  const empty = rows.flatMap(({ label, answer }) => (label === 'none' && answer ? [answer] : []));
  return {
    open: opens.length,
    closed: closeds.length,
    accuracy: shareOf(bottles, isRight),
    openRecall: shareOf(opens, isRight),
    closedRecall: shareOf(closeds, isRight),
    balancedAccuracy: balancedAccuracy(bottles),
    balancedAccuracyInterval: balancedAccuracyInterval(bottles),
    auc: areaUnderRoc(bottles),
    expectedCalibrationError: expectedCalibrationError(bottles, EQUAL_MASS),
    equalWidthCalibrationError: expectedCalibrationError(bottles, EQUAL_WIDTH),
    brier: brierScore(bottles),
    logLoss: logLoss(bottles),
    selectiveAccuracy: shareOf(decided, ({ row, answer }) => answer.verdict === row.label),
    uncertain: shareOf(bottles, ({ answer }) => answer.verdict === 'uncertain'),
    found: shareOf(bottles, ({ answer }) => answer.verdict !== 'no_bottle'),
    falseState: shareOf(empty, isDecided),
    confusion: {
      open: countVerdicts(rows, 'open'),
      closed: countVerdicts(rows, 'closed'),
      none: countVerdicts(rows, 'none'),
      unclear: countVerdicts(rows, 'unclear'),
      mixed: countVerdicts(rows, 'mixed'),
    },
    leftOut: {
      unclear: rows.filter(({ label, answer }) => label === 'unclear' && answer).length,
      mixed: rows.filter(({ label, answer }) => label === 'mixed' && answer).length,
      broken: rows.filter(({ answer }) => !answer).length,
    },
  };
}

function isDecided({ verdict }: Answer): boolean {
  return verdict === 'open' || verdict === 'closed';
}

function countVerdicts(rows: readonly Row[], label: Row['label']): VerdictCounts {
  const verdicts = rows.filter((row) => row.label === label).map(({ answer }) => answer?.verdict);
  const count = (verdict: Verdict) => verdicts.filter((given) => given === verdict).length;
  return {
    open: count('open'),
    closed: count('closed'),
    uncertain: count('uncertain'),
    no_bottle: count('no_bottle'),
  };
}

/** All rows together, and split by source, by kind of photograph, and by whether it is a beer bottle. */
export function summarise(rows: readonly Row[]): Summary {
  const codes = Map.groupBy(
    rows.flatMap(({ error }) => (error ? [error.code] : [])),
    (code) => code,
  );
  return {
    overall: sliceOf(rows),
    bySource: slicesBy(rows, ({ source }) => source),
    byKind: slicesBy(rows, ({ kind }) => kind),
    byBeer: slicesBy(rows, ({ beer }) => (beer ? 'beer' : 'other')),
    errors: Object.fromEntries([...codes].map(([code, all]) => [code, all.length])),
  };
}

function slicesBy(rows: readonly Row[], key: (row: Row) => string): Record<string, Slice> {
  const parts = [...Map.groupBy(rows, key)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(parts.map(([name, part]) => [name, sliceOf(part)]));
}

/**
 * The card's metrics of some rows, `decided` as the card decides; of raw answers what depends on calibration and
 * thresholds is left out. Throws a RangeError unless they hold bottles of both states.
 */
export function metricsOf(split: string, rows: readonly Row[], decided = true): Card['metrics'][number] {
  const { overall, bySource, byKind } = summarise(rows);
  const { accuracy, openRecall, closedRecall, auc, expectedCalibrationError: error } = overall;
  if (
    !accuracy ||
    !openRecall ||
    !closedRecall ||
    overall.balancedAccuracy === null ||
    auc === null ||
    error === null
  )
    throw new RangeError(`"${split}" needs open and closed bottles to have an accuracy`);
  const told = {
    split,
    accuracy,
    openRecall,
    closedRecall,
    balancedAccuracy: overall.balancedAccuracy,
    auc,
  };
  const parts = { bySource: accuracies(bySource), byKind: accuracies(byKind) };
  if (!decided) return { ...told, ...parts };
  const { selectiveAccuracy, uncertain, found, falseState } = overall;
  return {
    ...told,
    expectedCalibrationError: error,
    ...(selectiveAccuracy && { selectiveAccuracy }),
    ...(uncertain && { uncertain }),
    ...(found && { found }),
    ...(falseState && { falseState }),
    ...parts,
    reliability: reliabilityBins(judged(rows)).map(({ count, meanPOpen, shareOpen }) => ({
      count,
      meanPOpen,
      shareOpen,
    })),
  };
}

function accuracies(slices: Readonly<Record<string, Slice>>): Record<string, Proportion> {
  return Object.fromEntries(
    Object.entries(slices).flatMap(([name, { accuracy }]) => (accuracy ? [[name, accuracy]] : [])),
  );
}

/** How the answers and their pictures were spread, so that today's can be laid beside them. */
export function referenceOf(split: string, rows: readonly Row[]): NonNullable<Card['reference']> {
  const answers = rows.flatMap(({ answer }) => answer ?? []);
  const brightness = answers.flatMap((answer) => answer.brightness ?? []);
  return {
    split,
    verdicts: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, answers.filter((answer) => answer.verdict === verdict).length]),
    ),
    confidence: histogram(
      answers.map(({ confidence }) => confidence),
      CONFIDENCE_BARS,
    ),
    // Only of all of them: some would be another spread.
    ...(brightness.length === answers.length && { brightness: histogram(brightness, BRIGHTNESS_BARS) }),
  };
}

/** How many of `values`, 0–1, lie in each of so many bars of equal width; 1 is in the last. */
function histogram(values: readonly number[], bars: number): number[] {
  const counts = Array.from({ length: bars }, () => 0);
  for (const value of values) counts[Math.min(bars - 1, Math.floor(value * bars))]++;
  return counts;
}
