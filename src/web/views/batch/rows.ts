// Which rows the table shows, and in what order. Pure.

import { VERDICTS, type Verdict } from '../../../contract/verdict.ts';
import type { Item } from './batch.ts';

export const PAGE_ROWS = 50;

export const KINDS = ['all', ...VERDICTS, 'failed', 'open_items'] as const;
/** `open_items`: what is not done yet. */
export type Kind = (typeof KINDS)[number];

/** Bounds of confidence, from (inclusive) to (exclusive). */
export const CONFIDENCE_BANDS = { any: [0, 2], low: [0, 0.7], middle: [0.7, 0.9], high: [0.9, 2] } as const;
export const CONFIDENCE_NAMES = ['any', 'low', 'middle', 'high'] as const;
export type ConfidenceBand = (typeof CONFIDENCE_NAMES)[number];

export const ORDERS = ['given', 'name', 'verdict', 'confidence'] as const;
export type Order = (typeof ORDERS)[number];

export interface Look {
  readonly kind: Kind;
  readonly band: ConfidenceBand;
  readonly order: Order;
  readonly descending: boolean;
  readonly page: number;
}

export const FIRST_LOOK: Look = { kind: 'all', band: 'any', order: 'given', descending: false, page: 0 };

export function kindOf({ state }: Item): Verdict | 'failed' | 'open_items' {
  if (state.stage === 'judged') return state.prediction.verdict;
  return state.stage === 'failed' ? 'failed' : 'open_items';
}

export function kindCounts(items: readonly Item[]): Readonly<Record<Kind, number>> {
  const counts = {
    all: items.length,
    open: 0,
    closed: 0,
    uncertain: 0,
    no_bottle: 0,
    failed: 0,
    open_items: 0,
  };
  for (const item of items) counts[kindOf(item)] += 1;
  return counts;
}

/** Every row that the look lets through, in its order; `page` is not applied. */
export function chosenRows(items: readonly Item[], { kind, band, order, descending }: Look): readonly Item[] {
  const [from, to] = CONFIDENCE_BANDS[band];
  const chosen = items.filter((item) => {
    if (kind !== 'all' && kindOf(item) !== kind) return false;
    if (band === 'any') return true;
    const confidence = confidenceOf(item);
    return confidence !== null && confidence >= from && confidence < to;
  });
  if (order === 'given') return chosen;
  const compare = COMPARERS[order];
  const sign = descending ? -1 : 1;
  // Sorting is stable: equals keep the order in which they were given.
  return chosen.toSorted((a, b) => lastWithout(order, a, b) || sign * compare(a, b));
}

/** By confidence, what has none comes last in either direction. */
function lastWithout(order: Order, a: Item, b: Item): number {
  if (order !== 'confidence') return 0;
  return Number(confidenceOf(a) === null) - Number(confidenceOf(b) === null);
}

export function pageCount(rows: number): number {
  return Math.max(1, Math.ceil(rows / PAGE_ROWS));
}

function confidenceOf({ state }: Item): number | null {
  return state.stage === 'judged' ? state.prediction.confidence : null;
}

const byName = new Intl.Collator(undefined, { numeric: true });

const COMPARERS: Readonly<Record<Exclude<Order, 'given'>, (a: Item, b: Item) => number>> = {
  name: (a, b) => byName.compare(a.path, b.path),
  verdict: (a, b) => KINDS.indexOf(kindOf(a)) - KINDS.indexOf(kindOf(b)),
  confidence: (a, b) => (confidenceOf(a) ?? 0) - (confidenceOf(b) ?? 0),
};
