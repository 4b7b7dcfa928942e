// The review queue from the server, checked.

import type { FeedbackItem, FeedbackList } from '../../../contract/feedback.ts';
import { FEEDBACK_LABELS } from '../../../contract/feedback-label.ts';
import { LIMITS } from '../../../contract/limits.ts';
import type { ReviewItem, ReviewList } from '../../../contract/review.ts';
import { isPrediction } from '../../api/answer.ts';
import { request, requestJson } from '../../api/request.ts';

const PAGE = 20;

/** A page of the queue from `cursor` on; null begins. Throws `Failed`. */
export function requestReview(cursor: string | null, signal: AbortSignal): Promise<ReviewList> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== null && { cursor }) });
  return requestJson(`/v1/review?${query}`, isReviewList, { signal });
}

/** The picture of a prediction, where the server keeps pictures; null where it cannot be had. */
export async function requestPicture(prediction: string): Promise<Blob | null> {
  try {
    const response = await request(`/v1/predictions/${prediction}/picture`);
    return await response.blob();
  } catch {
    return null;
  }
}

/** As many labels a page as the server gives. */
const FEEDBACK_PAGE = LIMITS.pageSize;

export interface Said extends FeedbackItem {
  /** Whether the server has the picture. */
  readonly kept: boolean;
}

/** What people said, all of it, newest first. Throws `Failed`. */
export async function requestAllFeedback(): Promise<Said[]> {
  const all: Said[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(FEEDBACK_PAGE), ...(cursor !== null && { cursor }) });
    const page: FeedbackList = await requestJson(`/v1/feedback?${query}`, isFeedbackList);
    const kept = new Set(page.kept);
    all.push(...page.feedback.map((item) => ({ ...item, kept: kept.has(item.prediction) })));
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

function isFeedbackList(answer: unknown): answer is FeedbackList {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'feedback' in answer &&
    isPaged(answer) &&
    Array.isArray(answer.feedback) &&
    answer.feedback.every((item) => isSaid(item) && (item.answer === null || isPrediction(item.answer)))
  );
}

export function isReviewList(answer: unknown): answer is ReviewList {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'items' in answer &&
    isPaged(answer) &&
    Array.isArray(answer.items) &&
    answer.items.every(isReviewItem)
  );
}

function isPaged(answer: object): boolean {
  return (
    'next' in answer &&
    (answer.next === null || typeof answer.next === 'string') &&
    'kept' in answer &&
    Array.isArray(answer.kept) &&
    answer.kept.every((id) => typeof id === 'string')
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
