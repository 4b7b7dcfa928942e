// What a person says about a prediction, to the server and back.

import type { Feedback } from '../../../contract/feedback.ts';
import { FEEDBACK_LABELS } from '../../../contract/feedback-label.ts';
import { Failed } from '../../api/failure.ts';
import { request, requestJson } from '../../api/request.ts';
import type { Given } from './entry.ts';

/**
 * Replaces what was said before; null takes it back. Throws `Failed`.
 * @param review whether this is a reviewer's last word, after which nobody is asked again
 */
export async function sendFeedback(prediction: string, given: Given | null, review = false): Promise<void> {
  const path = `/v1/predictions/${prediction}/feedback`;
  if (given === null) return takeBack(path);
  const { label, comment } = given;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ label, ...(comment !== null && { comment }), ...(review && { review }) });
  await requestJson(path, isFeedback, { method: 'POST', headers, body });
}

async function takeBack(path: string): Promise<void> {
  try {
    await request(path, { method: 'DELETE' });
  } catch (error) {
    // Somebody took it back before: it is as it should be.
    if (!(error instanceof Failed && error.failure.code === 'FEEDBACK_NOT_FOUND')) throw error;
  }
}

function isFeedback(answer: unknown): answer is Feedback {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'label' in answer &&
    FEEDBACK_LABELS.some((label) => label === answer.label)
  );
}
