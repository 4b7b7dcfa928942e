import type { Verdict } from './verdict.ts';

// What a person can say about a picture, as plain data: read by the server, which enforces it, and by the page.

/** What a person says the picture shows: the words that data folders use, so that feedback can become data. */
export const FEEDBACK_LABELS = ['open', 'closed', 'none', 'unclear'] as const;
export type FeedbackLabel = (typeof FEEDBACK_LABELS)[number];

/** What a verdict says in the words of feedback; null when it says nothing that can be disputed. */
export const LABEL_OF_VERDICT = {
  open: 'open',
  closed: 'closed',
  no_bottle: 'none',
  uncertain: null,
} as const satisfies Record<Verdict, FeedbackLabel | null>;

/** Whether feedback says the same as the verdict; null when one of them leaves it open. */
export function agrees(verdict: Verdict, label: FeedbackLabel): boolean | null {
  const said = LABEL_OF_VERDICT[verdict];
  return said === null || label === 'unclear' ? null : said === label;
}
