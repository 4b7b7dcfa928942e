// One judged picture as the browser remembers it, and how many of them it remembers.

import type { FeedbackLabel } from '../../../contract/feedback-label.ts';
import type { Prediction } from '../../../contract/prediction.ts';

/** What a person said about a prediction, as the server holds it. */
export interface Given {
  readonly label: FeedbackLabel;
  readonly comment: string | null;
}

export interface HistoryEntry {
  /** The prediction's: a UUID of version 7, so that the order of ids is the order in time. */
  readonly id: string;
  readonly name: string;
  /** The bytes as the person gave them: what can be shown again, and what an export holds. */
  readonly picture: Blob;
  /** Null where the browser cannot show the picture. */
  readonly thumbnail: Blob | null;
  readonly prediction: Prediction;
  readonly given: Given | null;
}

/** What the browser keeps at most; the oldest go first. */
export const HISTORY_BOUNDS = { entries: 200, bytes: 200_000_000 } as const;

export interface Weighed {
  readonly id: string;
  readonly bytes: number;
}

/** The ids to forget, so that the newest of `kept` fit the bounds. The newest stays whatever it weighs. */
export function beyondBounds(
  kept: readonly Weighed[],
  bounds: { readonly entries: number; readonly bytes: number } = HISTORY_BOUNDS,
): string[] {
  const newestFirst = kept.toSorted((one, other) => (one.id < other.id ? 1 : -1));
  let bytes = 0;
  return newestFirst.flatMap((entry, index) => {
    bytes += entry.bytes;
    const fits = index === 0 || (index < bounds.entries && bytes <= bounds.bytes);
    return fits ? [] : [entry.id];
  });
}

export function weigh({ id, picture, thumbnail }: HistoryEntry): Weighed {
  return { id, bytes: picture.size + (thumbnail?.size ?? 0) };
}
