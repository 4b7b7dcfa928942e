// The review queue from the server, checked.

import { FEEDBACK_LABELS } from '../../../contract/feedback-label.ts';
import type { ReviewItem, ReviewList } from '../../../contract/review.ts';
import { isPrediction } from '../../api/answer.ts';
import { requestJson } from '../../api/request.ts';

const PAGE = 20;

/** A page of the queue from `cursor` on; null begins. Throws `Failed`. */
export function requestReview(cursor: string | null, signal: AbortSignal): Promise<ReviewList> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== null && { cursor }) });
  return requestJson(`/v1/review?${query}`, isReviewList, { signal });
}

export function isReviewList(answer: unknown): answer is ReviewList {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'items' in answer &&
    'next' in answer &&
    (answer.next === null || typeof answer.next === 'string') &&
    Array.isArray(answer.items) &&
    answer.items.every(isReviewItem)
  );
}

function isReviewItem(item: unknown): item is ReviewItem {
  return (
    typeof item === 'object' &&
    item !== null &&
    'prediction' in item &&
    isPrediction(item.prediction) &&
    'feedback' in item &&
    (item.feedback === null || isSaid(item.feedback)) &&
    'disputed' in item
  );
}

function isSaid(feedback: unknown): boolean {
  return (
    typeof feedback === 'object' &&
    feedback !== null &&
    'label' in feedback &&
    FEEDBACK_LABELS.some((label) => label === feedback.label) &&
    'comment' in feedback
  );
}
