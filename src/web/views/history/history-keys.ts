// The keys of the history.

import type { FeedbackLabel } from '../../../contract/feedback-label.ts';
import { type Key, keyLines } from '../../keys.ts';
import { LABEL_KEYS } from './label-keys.ts';
import { TEXTS } from './texts.ts';

export type HistoryAction = 'older' | 'newer' | 'back';

export const HISTORY_KEYS = [
  { action: 'newer', key: 'arrowleft', cap: '←', does: 'keyNewer' },
  { action: 'older', key: 'arrowright', cap: '→', does: 'keyOlder' },
  { action: 'back', key: 'escape', cap: 'Esc', does: 'keyBack' },
] as const satisfies readonly Key<HistoryAction | FeedbackLabel>[];

export const KEY_LINES = keyLines([...HISTORY_KEYS, ...LABEL_KEYS], TEXTS);
