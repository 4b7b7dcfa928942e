// How the answers were spread when the model was tested, as its card says: what today's are compared with.

import { VERDICTS, type Verdict } from '../../../contract/verdict.ts';

export interface Reference {
  /** On which pictures, in words. */
  readonly split: string;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Counts of the confidence in bins of equal width over [0, 1]. */
  readonly confidence: readonly number[];
  /** The same of the pictures' brightness; null in cards of models measured before it was recorded. */
  readonly brightness: readonly number[] | null;
}

/** Null where the card does not say. `card` is whatever the server sent. */
export function referenceOf(card: unknown): Reference | null {
  const found = field(card, 'reference');
  const [split, verdicts, confidence] = [
    field(found, 'split'),
    field(found, 'verdicts'),
    field(found, 'confidence'),
  ];
  if (typeof split !== 'string' || !isCounts(confidence)) return null;
  const counts = VERDICTS.map((verdict) => field(verdicts, verdict));
  if (!isCounts(counts)) return null;
  const [open = 0, closed = 0, uncertain = 0, no_bottle = 0] = counts;
  const brightness = field(found, 'brightness');
  return {
    split,
    verdicts: { open, closed, uncertain, no_bottle },
    confidence,
    brightness: isCounts(brightness) ? brightness : null,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((count) => Number.isInteger(count) && count >= 0)
  );
}
