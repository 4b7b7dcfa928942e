// The keys of the review.

import { type Key, keyLines } from '../../keys.ts';
import { LABEL_KEYS } from '../history/label-keys.ts';
import { TEXTS } from './texts.ts';

const OWN_KEYS = [
  { action: 'skip', key: 's', cap: 'S', does: 'keySkip' },
  { action: 'undo', key: 'z', cap: 'Z', does: 'keyUndo' },
  { action: 'hide', key: 'h', cap: 'H', does: 'keyHide' },
] as const satisfies readonly Key[];

export const REVIEW_KEYS = [...LABEL_KEYS, ...OWN_KEYS] as const;

export const KEY_LINES = keyLines(REVIEW_KEYS, TEXTS);
