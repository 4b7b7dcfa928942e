// The keys of the batch view, and of a picture opened in it.

import { type Key, keyLines } from '../../keys.ts';
import { LABEL_KEYS } from '../history/label-keys.ts';
import { TEXTS as HISTORY_TEXTS } from '../history/texts.ts';
import { TEXTS } from './texts.ts';

export type BatchAction = 'files' | 'pause' | 'retry';

export const BATCH_KEYS: readonly Key<BatchAction, 'keyFiles' | 'keyPause' | 'keyRetry'>[] = [
  { action: 'files', key: 'o', cap: 'O', does: 'keyFiles' },
  { action: 'pause', key: 'p', cap: 'P', does: 'keyPause' },
  { action: 'retry', key: 'r', cap: 'R', does: 'keyRetry' },
];

export const STEP_KEYS = [
  { action: 'before', key: 'arrowleft', cap: '←', does: 'keyBefore' },
  { action: 'after', key: 'arrowright', cap: '→', does: 'keyAfter' },
] as const satisfies readonly Key[];

export const KEY_LINES = [
  ...keyLines([...BATCH_KEYS, ...STEP_KEYS], TEXTS),
  ...keyLines(LABEL_KEYS, HISTORY_TEXTS),
];
