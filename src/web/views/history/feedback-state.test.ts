import { describe, expect, test } from 'vitest';
import { pageFailure } from '../../api/failure.ts';
import type { Given } from './entry.ts';
import {
  type FeedbackEvent,
  type FeedbackState,
  feedbackOf,
  isUnsent,
  reduceFeedback,
} from './feedback-state.ts';

const open: Given = { label: 'open', comment: null };
const closed: Given = { label: 'closed', comment: null };
const offline = pageFailure('OFFLINE');

const following = (...events: FeedbackEvent[]): FeedbackState =>
  events.reduce(reduceFeedback, feedbackOf(null));

describe('a wish', () => {
  test('is shown at once and holds once it is stored', () => {
    const wished = following({ type: 'wanted', given: open });
    expect([wished.wanted, isUnsent(wished)]).toEqual([open, true]);
    expect(isUnsent(reduceFeedback(wished, { type: 'stored', given: open }))).toBe(false);
  });

  test('is kept when it fails, and tried again', () => {
    const failed = following(
      { type: 'wanted', given: open },
      { type: 'failed', given: open, failure: offline },
    );
    expect(failed).toEqual({ saved: null, wanted: open, failure: offline });
    expect(reduceFeedback(failed, { type: 'retried' })).toEqual({ saved: null, wanted: open, failure: null });
  });

  test('can be changed while the one before is under way', () => {
    const state = following(
      { type: 'wanted', given: open },
      { type: 'wanted', given: closed },
      { type: 'stored', given: open },
    );
    expect(state).toEqual({ saved: open, wanted: closed, failure: null });
    expect(isUnsent(state)).toBe(true);
  });

  test('is not bothered by the failure of an older one', () => {
    const state = following(
      { type: 'wanted', given: open },
      { type: 'wanted', given: null },
      { type: 'failed', given: open, failure: offline },
    );
    expect(state).toEqual({ saved: null, wanted: null, failure: null });
  });
});

test('a comment that was added has yet to be sent', () => {
  const state = reduceFeedback(feedbackOf(open), { type: 'wanted', given: { ...open, comment: 'foam' } });
  expect(isUnsent(state)).toBe(true);
  expect(isUnsent(feedbackOf(open))).toBe(false);
});
