// The keys of the live view.

import { type Key, keyLines } from '../../keys.ts';
import { TEXTS } from './texts.ts';

export type LiveAction = 'start' | 'pause' | 'sound';

export const LIVE_KEYS: readonly Key<LiveAction, 'keyStart' | 'keyPause' | 'keySound'>[] = [
  { action: 'start', key: 'c', cap: 'C', does: 'keyStart' },
  { action: 'pause', key: 'p', cap: 'P', does: 'keyPause' },
  { action: 'sound', key: 's', cap: 'S', does: 'keySound' },
];

export const KEY_LINES = keyLines(LIVE_KEYS, TEXTS);
