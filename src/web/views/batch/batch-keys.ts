// The keys of the batch view.

import { type Key, keyLines } from '../../keys.ts';
import { TEXTS } from './texts.ts';

export type BatchAction = 'files' | 'pause' | 'retry';

export const BATCH_KEYS: readonly Key<BatchAction, 'keyFiles' | 'keyPause' | 'keyRetry'>[] = [
  { action: 'files', key: 'o', cap: 'O', does: 'keyFiles' },
  { action: 'pause', key: 'p', cap: 'P', does: 'keyPause' },
  { action: 'retry', key: 'r', cap: 'R', does: 'keyRetry' },
];

export const KEY_LINES = keyLines(BATCH_KEYS, TEXTS);
