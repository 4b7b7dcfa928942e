import type { FeedbackItem, FeedbackLabel } from '../contract/feedback.ts';
import type { ReviewItem } from '../contract/review.ts';
import type { Bucket, Statistics } from '../contract/statistics.ts';

// Questions about many entries of the prediction log at once. They may be answered by a replica that is some moments
// behind, and never hold up an append.

export interface StatisticsRange {
  /** Not before this time, RFC 3339. */
  readonly from: string;
  /** Before this time. */
  readonly to: string;
  readonly bucket: Bucket;
  /** Only answers of this model; refusals have none. */
  readonly model?: string | undefined;
}

export interface Page {
  readonly limit: number;
  /** The `next` of the page before. One that no page gave is refused with INVALID_PARAMETER. */
  readonly cursor?: string | undefined;
}

export interface FeedbackFilter extends Page {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly label?: FeedbackLabel | undefined;
}

export interface Insights {
  /** Throws Refusal (INVALID_PARAMETER) when the range is empty or holds more than MAX_BUCKETS. */
  statistics(range: StatisticsRange): Promise<Statistics>;
  /** Disputed answers, newest dispute first; then those without feedback, least sure first. */
  reviewQueue(page: Page): Promise<{ readonly items: readonly ReviewItem[]; readonly next: string | null }>;
  /** What people said, newest first. */
  feedback(
    filter: FeedbackFilter,
  ): Promise<{ readonly items: readonly FeedbackItem[]; readonly next: string | null }>;
}
