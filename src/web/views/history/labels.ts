// What a person can say a picture shows. A table of its own: the contract's comes with its schema library.

import type { FeedbackLabel } from '../../../contract/feedback.ts';
import type { Verdict } from '../../../contract/verdict.ts';

/** Each label with the verdict whose colour and icon it has. */
export const VERDICT_OF: Readonly<Record<FeedbackLabel, Verdict>> = {
  open: 'open',
  closed: 'closed',
  none: 'no_bottle',
  unclear: 'uncertain',
};

/** In the order of their keys, 1 to 4. */
export const LABELS: readonly FeedbackLabel[] = ['open', 'closed', 'none', 'unclear'];
