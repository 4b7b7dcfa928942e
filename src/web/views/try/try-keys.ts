// The keys of the first view.

import { type Key, keyLines } from '../../keys.ts';
import { TEXTS } from '../../text/context.ts';
import type { TextKey } from '../../text/en.ts';

export type TryAction = 'choose' | 'camera' | 'paste' | 'shoot' | 'heatmap' | 'retry' | 'escape';

export const TRY_KEYS: readonly Key<TryAction, TextKey>[] = [
  { action: 'choose', key: 'o', cap: 'O', does: 'keyChoose' },
  { action: 'camera', key: 'c', cap: 'C', does: 'keyCamera' },
  { action: 'paste', key: null, cap: 'Ctrl V', does: 'keyPaste' },
  { action: 'shoot', key: null, cap: 'space', does: 'keyShoot' },
  { action: 'heatmap', key: 'h', cap: 'H', does: 'keyHeatmap' },
  { action: 'retry', key: 'r', cap: 'R', does: 'keyRetry' },
  { action: 'escape', key: 'escape', cap: 'Esc', does: 'keyEscape' },
];

export const KEY_LINES = keyLines(TRY_KEYS, TEXTS);
