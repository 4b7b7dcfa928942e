import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EndedProcesses } from './ended-processes.ts';

const HOUR_MS = 3_600_000;

describe('EndedProcesses', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('knows a picture that has ended two, until it is answered', () => {
    const ended = new EndedProcesses();
    ended.note('a', 'crash');
    expect(ended.enoughOf('a')).toBeUndefined();
    ended.note('a', 'timeout');
    expect(ended.enoughOf('a')).toBe('timeout');
    expect(ended.enoughOf('b')).toBeUndefined();
    ended.forget('a');
    expect(ended.enoughOf('a')).toBeUndefined();
  });

  it('forgets it an hour after the last, however often it is asked about', () => {
    const ended = new EndedProcesses();
    ended.note('a', 'timeout');
    vi.advanceTimersByTime(0.5 * HOUR_MS);
    ended.note('a', 'timeout');
    vi.advanceTimersByTime(0.9 * HOUR_MS);
    expect(ended.enoughOf('a')).toBe('timeout');
    vi.advanceTimersByTime(0.2 * HOUR_MS);
    expect(ended.enoughOf('a')).toBeUndefined();
    // One that has been forgotten begins anew.
    ended.note('a', 'timeout');
    expect(ended.enoughOf('a')).toBeUndefined();
  });

  it('remembers a thousand, those whose last process ended last', () => {
    const ended = new EndedProcesses();
    for (const name of ['a', 'b']) for (let time = 0; time < 2; time += 1) ended.note(name, 'crash');
    for (let i = 0; i < 999; i += 1) {
      ended.note(`${i}`, 'crash');
      ended.enoughOf('a');
    }
    expect(ended.enoughOf('a')).toBeUndefined();
    expect(ended.enoughOf('b')).toBe('crash');
  });
});
