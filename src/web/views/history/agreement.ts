// Whether a person's label and the model's verdict say the same.

import type { FeedbackLabel } from '../../../contract/feedback.ts';
import type { Verdict } from '../../../contract/verdict.ts';

/** The label that confirms a verdict; null where the model did not decide. */
export const CONFIRMS: Readonly<Record<Verdict, FeedbackLabel | null>> = {
  open: 'open',
  closed: 'closed',
  no_bottle: 'none',
  uncertain: null,
};

/** Null where one of the two decides nothing. */
export function agrees(verdict: Verdict, label: FeedbackLabel): boolean | null {
  const confirming = CONFIRMS[verdict];
  return confirming === null || label === 'unclear' ? null : confirming === label;
}
