// The parts of a model's card that the page shows. A card may lack any of them, and may hold more.

import type { Verdict } from '../../../contract/verdict.ts';

/** k of n with its exact 95 % interval, all fractions. */
export interface Proportion {
  readonly value: number;
  readonly count: number;
  readonly of: number;
  readonly interval: readonly [number, number];
}

export interface ReliabilityBin {
  readonly count: number;
  /** Mean probability of "open" that was given. */
  readonly meanPOpen: number;
  /** Share that was open. */
  readonly shareOpen: number;
}

export interface Measured {
  /** How test pictures were kept apart, in words. */
  readonly split: string;
  readonly figures: readonly { readonly name: FigureName; readonly proportion: Proportion }[];
  readonly balancedAccuracy: number | null;
  readonly auc: number | null;
  readonly calibrationError: number | null;
  readonly bySource: readonly Named[];
  readonly byKind: readonly Named[];
  readonly reliability: readonly ReliabilityBin[];
}

export interface Named {
  readonly name: string;
  readonly proportion: Proportion;
}

export const FIGURE_NAMES = [
  'accuracy',
  'openRecall',
  'closedRecall',
  'selectiveAccuracy',
  'uncertain',
  'found',
  'falseState',
] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

export interface Licence {
  readonly what: string;
  readonly licence: string;
  readonly from: string;
}

export interface CardFacts {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly created: string;
  readonly architecture: string;
  /** "Open" below the first and above the second of these is decided; between them is `uncertain`. */
  readonly band: readonly [number, number] | null;
  readonly calibration: { readonly temperature: number; readonly bias: number } | null;
  readonly counts: readonly { readonly name: string; readonly count: number }[];
  readonly origins: readonly string[];
  readonly trainingSplit: string;
  readonly manifest: string;
  readonly measured: readonly Measured[];
  readonly knownFailures: readonly string[];
  readonly licences: readonly Licence[];
  readonly training: unknown;
}

/** The colour that belongs to a figure: recall of a state has that state's. */
export const FIGURE_STATES: Readonly<Partial<Record<FigureName, Verdict>>> = {
  openRecall: 'open',
  closedRecall: 'closed',
};

/** Reads whatever the server sent as a card. What is missing or broken is left out; nothing is made up. */
export function readCard(card: unknown): CardFacts {
  const data = field(card, 'data');
  return {
    id: text(card, 'id'),
    name: text(card, 'name'),
    version: text(card, 'version'),
    created: text(card, 'created'),
    architecture: text(field(card, 'architecture'), 'arch'),
    band: bandOf(field(card, 'thresholds')),
    calibration: calibrationOf(field(card, 'calibration')),
    counts: Object.entries(Object(field(data, 'counts'))).flatMap(([name, count]) =>
      typeof count === 'number' ? [{ name, count }] : [],
    ),
    origins: list(field(data, 'origins')).flatMap((origin) => (typeof origin === 'string' ? [origin] : [])),
    trainingSplit: text(data, 'split'),
    manifest: text(data, 'manifestSha256'),
    measured: list(field(card, 'metrics')).map(measuredOf),
    knownFailures: list(field(card, 'knownFailures')).flatMap((one) =>
      typeof one === 'string' ? [one] : [],
    ),
    licences: list(field(card, 'licences')).map((one) => ({
      what: text(one, 'what'),
      licence: text(one, 'licence'),
      from: text(one, 'from'),
    })),
    training: field(card, 'training'),
  };
}

function measuredOf(metrics: unknown): Measured {
  return {
    split: text(metrics, 'split'),
    figures: FIGURE_NAMES.flatMap((name) => {
      const proportion = proportionOf(field(metrics, name));
      return proportion === null ? [] : [{ name, proportion }];
    }),
    balancedAccuracy: number(metrics, 'balancedAccuracy'),
    auc: number(metrics, 'auc'),
    calibrationError: number(metrics, 'expectedCalibrationError'),
    bySource: namedOf(field(metrics, 'bySource')),
    byKind: namedOf(field(metrics, 'byKind')),
    reliability: list(field(metrics, 'reliability')).flatMap(binOf),
  };
}

/** Worst first: that is what a reader must know. */
function namedOf(slices: unknown): Named[] {
  return Object.entries(Object(slices))
    .flatMap(([name, slice]) => {
      const proportion = proportionOf(slice);
      return proportion === null ? [] : [{ name, proportion }];
    })
    .sort((one, other) => one.proportion.value - other.proportion.value);
}

function proportionOf(value: unknown): Proportion | null {
  const [share, count, of] = [number(value, 'value'), number(value, 'count'), number(value, 'of')];
  const [low, high] = list(field(value, 'interval'));
  if (share === null || count === null || of === null) return null;
  if (typeof low !== 'number' || typeof high !== 'number') return null;
  return { value: share, count, of, interval: [low, high] };
}

function binOf(value: unknown): ReliabilityBin[] {
  const [count, meanPOpen, shareOpen] = [
    number(value, 'count'),
    number(value, 'meanPOpen'),
    number(value, 'shareOpen'),
  ];
  return count === null || meanPOpen === null || shareOpen === null ? [] : [{ count, meanPOpen, shareOpen }];
}

function bandOf(thresholds: unknown): readonly [number, number] | null {
  const [low, high] = [number(thresholds, 'closedBelow'), number(thresholds, 'openAbove')];
  return low === null || high === null ? null : [low, high];
}

function calibrationOf(value: unknown): CardFacts['calibration'] {
  const [temperature, bias] = [number(value, 'temperature'), number(value, 'bias')];
  return temperature === null || bias === null ? null : { temperature, bias };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

function number(value: unknown, name: string): number | null {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
