// How what a person says is drawn.

import type { FeedbackLabel } from '../../../contract/feedback-label.ts';
import type { Verdict } from '../../../contract/verdict.ts';

/** Each label with the verdict whose colour and icon it has. */
export const VERDICT_OF: Readonly<Record<FeedbackLabel, Verdict>> = {
  open: 'open',
  closed: 'closed',
  none: 'no_bottle',
  unclear: 'uncertain',
};
