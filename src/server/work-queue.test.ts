import { describe, expect, it } from 'vitest';
import { WorkQueue } from './work-queue.ts';

/** A clock that only the test moves. */
function handClock() {
  let time = 0;
  return {
    now: () => new Date(time),
    elapsed: () => time,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

function deferred() {
  return Promise.withResolvers<void>();
}

describe('WorkQueue', () => {
  it('does so many jobs at a time, the others in the order they came', async () => {
    const queue = new WorkQueue({ concurrency: 2, longest: 10, clock: handClock() });
    const gates = [deferred(), deferred(), deferred(), deferred()];
    const begun: number[] = [];
    const jobs = gates.map(({ promise }, i) =>
      queue.run(() => {
        begun.push(i);
        return promise;
      }),
    );
    await Promise.resolve();
    expect([begun, queue.running, queue.waiting]).toEqual([[0, 1], 2, 2]);
    gates[1]?.resolve();
    await jobs[1];
    await Promise.resolve();
    expect(begun).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await Promise.all(jobs);
    expect([begun, queue.running, queue.waiting]).toEqual([[0, 1, 2, 3], 0, 0]);
  });

  it('takes no more than may wait, and says when to come back by what jobs have taken', async () => {
    const clock = handClock();
    const queue = new WorkQueue({ concurrency: 1, longest: 3, clock });
    for (let i = 0; i < 100; i += 1) await queue.run(async () => clock.pass(2_000));
    const gate = deferred();
    const jobs = Array.from({ length: 4 }, () => queue.run(() => gate.promise));
    await expect(queue.run(async () => {})).rejects.toMatchObject({
      code: 'OVERLOADED',
      values: { seconds: 8 },
    });
    expect(() => queue.admit()).toThrow();
    gate.resolve();
    await Promise.all(jobs);
    expect(() => queue.admit()).not.toThrow();
  });

  it('goes on after a job that failed', async () => {
    const queue = new WorkQueue({ concurrency: 1, longest: 1, clock: handClock() });
    await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await queue.run(async () => 'yes')).toBe('yes');
  });

  it('does not begin a job that nobody waits for any more', async () => {
    const queue = new WorkQueue({ concurrency: 1, longest: 1, clock: handClock() });
    const gate = deferred();
    const leaving = new AbortController();
    const first = queue.run(() => gate.promise);
    let begun = false;
    const second = queue.run(async () => {
      begun = true;
    }, leaving.signal);
    leaving.abort(new Error('gone'));
    gate.resolve();
    await first;
    await expect(second).rejects.toThrow('gone');
    expect(begun).toBe(false);
    expect(queue.running).toBe(0);
  });
});
