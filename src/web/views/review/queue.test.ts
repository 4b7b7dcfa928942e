import { describe, expect, test } from 'vitest';
import type { ReviewItem } from '../../../contract/review.ts';
import { pageFailure } from '../../api/failure.ts';
import { needsMore, type Queue, type QueueEvent, reduceQueue, START } from './queue.ts';

function item(id: string): ReviewItem {
  return {
    disputed: false,
    feedback: null,
    prediction: {
      id,
      created: '2026-11-23T10:00:00.000Z',
      file: null,
      verdict: 'uncertain',
      p_open: 0.5,
      confidence: 0.5,
      bottles: [],
      model: 'm',
      ms: 1,
      timings: { decode: 1, infer: 1, total: 2 },
      width: 1,
      height: 1,
      format: 'jpeg',
      bytes: 1,
      sha256: '0'.repeat(64),
    },
  };
}

const play = (...events: QueueEvent[]): Queue =>
  events.reduce(
    reduceQueue,
    reduceQueue(START, { type: 'loaded', items: [item('a'), item('b')], next: 'more', kept: ['b'] }),
  );

describe('the queue', () => {
  test('goes on after an answer, and back to it when that is undone', () => {
    const answered = play({ type: 'said', label: 'open' }, { type: 'skipped' });
    expect([answered.position, [...answered.said]]).toEqual([2, [['a', 'open']]]);
    const undone = reduceQueue(answered, { type: 'undone' });
    expect([undone.position, undone.said.size, undone.trail]).toEqual([0, 0, []]);
    expect(reduceQueue(undone, { type: 'undone' })).toBe(undone);
  });

  test('stays at its end', () => {
    const end = play({ type: 'skipped' }, { type: 'skipped' });
    expect(reduceQueue(end, { type: 'skipped' })).toBe(end);
    expect(reduceQueue(end, { type: 'said', label: 'open' })).toBe(end);
  });

  test('takes the next page once, though it overlaps', () => {
    const longer = play({ type: 'loaded', items: [item('b'), item('c')], next: null, kept: ['c'] });
    expect(longer.items.map(({ prediction }) => prediction.id)).toEqual(['a', 'b', 'c']);
    expect([...longer.kept]).toEqual(['b', 'c']);
    expect([needsMore(START), needsMore(play()), needsMore(longer)]).toEqual([true, true, false]);
  });

  test('remembers what the server has not taken, until it has or it is undone', () => {
    const failure = pageFailure('OFFLINE');
    const failed = play({ type: 'said', label: 'open' }, { type: 'unsent', prediction: 'a', failure });
    expect([...failed.unsent.keys()]).toEqual(['a']);
    expect(reduceQueue(failed, { type: 'sent', prediction: 'a' }).unsent.size).toBe(0);
    expect(reduceQueue(failed, { type: 'undone' }).unsent.size).toBe(0);
  });
});
