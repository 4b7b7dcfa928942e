// The review queue from the server, checked.

import type { FeedbackItem, FeedbackList } from '../../../contract/feedback.ts';
import { FEEDBACK_LABELS } from '../../../contract/feedback-label.ts';
import { LIMITS } from '../../../contract/limits.ts';
import type { ReviewItem, ReviewList } from '../../../contract/review.ts';
import { isPrediction } from '../../api/answer.ts';
import { requestJson } from '../../api/request.ts';

const PAGE = 20;

/** A page of the queue from `cursor` on; null begins. Throws `Failed`. */
export function requestReview(cursor: string | null, signal: AbortSignal): Promise<ReviewList> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== null && { cursor }) });
  return requestJson(`/v1/review?${query}`, isReviewList, { signal });
}

/** As many labels a page as the server gives. */
const FEEDBACK_PAGE = LIMITS.pageSize;

/** What people said, all of it, newest first. Throws `Failed`. */
export async function requestAllFeedback(): Promise<FeedbackItem[]> {
  const all: FeedbackItem[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(FEEDBACK_PAGE), ...(cursor !== null && { cursor }) });
    const page: FeedbackList = await requestJson(`/v1/feedback?${query}`, isFeedbackList);
    all.push(...page.feedback);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

function isFeedbackList(answer: unknown): answer is FeedbackList {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'feedback' in answer &&
    'next' in answer &&
    (answer.next === null || typeof answer.next === 'string') &&
    Array.isArray(answer.feedback) &&
    answer.feedback.every((item) => isSaid(item) && (item.answer === null || isPrediction(item.answer)))
  );
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
