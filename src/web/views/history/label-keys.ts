// The digits that say what a picture shows, the same wherever it is asked.

import type { FeedbackLabel } from '../../../contract/feedback-label.ts';
import type { Key } from '../../keys.ts';

export const LABEL_KEYS = [
  { action: 'open', key: '1', cap: '1', does: 'keyOpen' },
  { action: 'closed', key: '2', cap: '2', does: 'keyClosed' },
  { action: 'none', key: '3', cap: '3', does: 'keyNone' },
  { action: 'unclear', key: '4', cap: '4', does: 'keyUnclear' },
] as const satisfies readonly Key<FeedbackLabel>[];
