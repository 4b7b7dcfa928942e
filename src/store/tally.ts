import type { StatisticsBucket } from '../contract/statistics.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { PredictionRow } from './tables.ts';

// Adds up groups of equal log entries, as the database counts them.

/** So many entries that share bucket, outcome, verdict, error and model. */
export interface Group extends Pick<PredictionRow, 'outcome' | 'verdict' | 'error_code' | 'model'> {
  readonly bucket: string;
  readonly entries: number;
  readonly cached: number;
  readonly confidence: number | null;
  /** Of the entries that have one: their sum, and how many they are. */
  readonly brightness: number | null;
  readonly lit: number;
}

export type Latency = NonNullable<StatisticsBucket['latency']>;
export type Tally = Omit<StatisticsBucket, 'start'>;

export function tally(groups: readonly Group[], latency: Latency | null): Tally {
  const answers = groups.filter(({ outcome }) => outcome === 'answered');
  const refusals = groups.filter(({ outcome }) => outcome === 'refused');
  const answered = total(answers);
  const sum = (column: 'cached' | 'confidence' | 'brightness' | 'lit'): number =>
    answers.reduce((all, group) => all + (group[column] ?? 0), 0);
  return {
    answered,
    refused: total(refusals),
    cached: sum('cached'),
    verdicts: { ...NO_VERDICTS, ...countBy(answers, ({ verdict }) => verdict) },
    errors: countBy(refusals, ({ error_code }) => error_code),
    models: countBy(answers, ({ model }) => model),
    latency,
    confidence: mean(sum('confidence'), answered),
    brightness: mean(sum('brightness'), sum('lit')),
  };
}

const NO_VERDICTS = { open: 0, closed: 0, uncertain: 0, no_bottle: 0 } as const satisfies Record<Verdict, 0>;

/** Of values of at most 1, whose sum may be rounded up. */
function mean(sum: number, count: number): number | null {
  return count === 0 ? null : Math.min(1, sum / count);
}

function total(groups: readonly Group[]): number {
  return groups.reduce((sum, { entries }) => sum + entries, 0);
}

function countBy(groups: readonly Group[], wordOf: (group: Group) => string | null): Record<string, number> {
  const counts = new Map<string, number>();
  for (const group of groups) {
    const word = wordOf(group);
    if (word !== null) counts.set(word, (counts.get(word) ?? 0) + group.entries);
  }
  return Object.fromEntries([...counts].sort());
}
