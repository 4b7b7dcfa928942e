// Which entries the history shows.

import { agrees } from '../../../contract/feedback-label.ts';
import type { HistoryEntry } from './entry.ts';

type Kept = Pick<HistoryEntry, 'given'> & {
  readonly prediction: Pick<HistoryEntry['prediction'], 'verdict'>;
};

export const FILTERS = {
  all: () => true,
  unlabelled: ({ given }: Kept) => given === null,
  labelled: ({ given }: Kept) => given !== null,
  wrong: ({ given, prediction }: Kept) => given !== null && agrees(prediction.verdict, given.label) === false,
} as const;

export type Filter = keyof typeof FILTERS;

export const FILTER_NAMES = ['all', 'unlabelled', 'labelled', 'wrong'] as const satisfies readonly Filter[];
