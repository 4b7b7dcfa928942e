/** What is said of a whole picture. */
export const VERDICTS = ['open', 'closed', 'uncertain', 'no_bottle'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What is said of one bottle. */
export const BOTTLE_STATES = ['open', 'closed', 'uncertain'] as const;
export type BottleState = (typeof BOTTLE_STATES)[number];
