import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobOptions, WorkQueue, type WorkQueueOptions } from './work-queue.ts';

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

function newQueue(options: Partial<WorkQueueOptions> = {}) {
  return new WorkQueue({
    ...{ concurrency: 1, longest: 10, deadlineMs: 1_000_000, clock: handClock() },
    ...options,
  });
}

function deferred() {
  return Promise.withResolvers<void>();
}

describe('WorkQueue', () => {
  it('does so many jobs at a time, the others in the order they came', async () => {
    const queue = newQueue({ concurrency: 2 });
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
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await Promise.all(jobs);
    expect([begun, queue.running, queue.waiting]).toEqual([[0, 1, 2, 3], 0, 0]);
  });

  it('takes no more than may wait, and says when to come back by what jobs have taken', async () => {
    const clock = handClock();
    const queue = newQueue({ longest: 3, clock });
    for (let i = 0; i < 100; i += 1) await queue.run(async () => clock.pass(2_000));
    const gate = deferred();
    const jobs = Array.from({ length: 4 }, () => queue.run(() => gate.promise));
    await expect(queue.run(async () => {})).rejects.toMatchObject({
      code: 'OVERLOADED',
      // Three that wait at two seconds each, and one at work that is half done.
      values: { seconds: 7 },
    });
    expect(() => queue.admit()).toThrow();
    gate.resolve();
    await Promise.all(jobs);
    expect(() => queue.admit()).not.toThrow();
  });

  it('goes on after a job that failed', async () => {
    const queue = newQueue({ longest: 1 });
    await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await queue.run(async () => 'yes')).toBe('yes');
  });

  it('does not begin a job that nobody waits for any more, and frees its place at once', async () => {
    const queue = newQueue({ longest: 1 });
    const gate = deferred();
    const leaving = new AbortController();
    const first = queue.run(() => gate.promise);
    let begun = false;
    const work = async () => {
      begun = true;
    };
    const second = queue.run(work, { signal: leaving.signal });
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    expect(queue.waiting).toBe(0);
    const third = queue.run(async () => 'third');
    gate.resolve();
    await first;
    expect([await third, begun, queue.running]).toEqual(['third', false, 0]);
    await expect(queue.run(work, { signal: leaving.signal })).rejects.toThrow('gone');
    expect(begun).toBe(false);
  });

  it('serves people who watch before programs, and both before batches', async () => {
    const queue = newQueue();
    const gate = deferred();
    const order: string[] = [];
    const ask = (name: string, priority: JobOptions['priority']) =>
      queue.run(async () => void order.push(name), { priority });
    const first = queue.run(() => gate.promise);
    const others = [
      ask('batch', 'job'),
      ask('program', 'api'),
      ask('person', 'page'),
      ask('program 2', 'api'),
    ];
    gate.resolve();
    await Promise.all([first, ...others]);
    expect(order).toEqual(['person', 'program', 'program 2', 'batch']);
  });

  it('takes a picture of high priority however many batches wait', async () => {
    const queue = newQueue({ longest: 2 });
    const gate = deferred();
    const jobs = [0, 1, 2].map(() => queue.run(() => gate.promise, { priority: 'job' }));
    await expect(queue.run(async () => {}, { priority: 'job' })).rejects.toThrow();
    const api = queue.run(async () => 'served');
    gate.resolve();
    expect(await api).toBe('served');
    await Promise.all(jobs);
  });

  it('foretells by the size of a picture whether its deadline can be held', async () => {
    const clock = handClock();
    const queue = newQueue({ deadlineMs: 1_000, clock });
    // 100 ms and 300 ms a megabyte.
    for (let i = 0; i < 200; i += 1) {
      const megabytes = 1 + (i % 3);
      await queue.run(async () => clock.pass(100 + 300 * megabytes), { bytes: megabytes * 1e6 });
    }
    const gate = deferred();
    const running = queue.run(() => gate.promise, { bytes: 1e6 });
    // Half of a typical picture is at work: 350 ms. One of 1 MB takes 400, one of 3 MB 1,000.
    expect(() => queue.admit({ bytes: 1e6 })).not.toThrow();
    expect(() => queue.admit({ bytes: 3e6 })).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    expect(() => queue.admit({ bytes: 3e6, priority: 'job' })).not.toThrow();
    gate.resolve();
    await running;
    // What needs no waiting is tried, however long it takes.
    expect(() => queue.admit({ bytes: 30e6 })).not.toThrow();
  });

  it('refuses at its turn what the past did not foretell', async () => {
    const clock = handClock();
    const queue = newQueue({ deadlineMs: 1_000, clock });
    const gate = deferred();
    const first = queue.run(() => gate.promise);
    const late = queue.run(async () => {});
    const batch = queue.run(async () => 'done', { priority: 'job' });
    clock.pass(2_000);
    gate.resolve();
    await first;
    await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', values: { deadline: 1 } });
    expect(await batch).toBe('done');
    expect([queue.running, queue.waiting]).toEqual([0, 0]);
  });

  it('loses no job and never works on more than it may, whatever comes and goes', async () => {
    const job = fc.record({
      priority: fc.constantFrom('page' as const, 'api' as const, 'job' as const),
      ticks: fc.nat(3),
      leavesAfter: fc.option(fc.nat(4)),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(job, { maxLength: 20 }),
        fc.integer({ min: 1, max: 3 }),
        async (jobs, concurrency) => {
          const queue = newQueue({ concurrency, longest: 4 });
          let atWork = 0;
          const settled = await Promise.allSettled(
            jobs.map(async ({ priority, ticks, leavesAfter, fails }) => {
              const leaving = new AbortController();
              const work = async () => {
                atWork += 1;
                expect(atWork).toBeLessThanOrEqual(concurrency);
                for (let i = 0; i < ticks; i += 1) await new Promise(setImmediate);
                atWork -= 1;
                if (fails) throw new Error('failed');
              };
              const done = queue.run(work, { priority, signal: leaving.signal });
              const leave = async () => {
                for (let i = 0; i < (leavesAfter ?? 0); i += 1) await new Promise(setImmediate);
                if (leavesAfter !== null) leaving.abort(new Error('left'));
              };
              await Promise.all([done, leave()]);
            }),
          );
          expect(settled).toHaveLength(jobs.length);
          expect([queue.running, queue.waiting, atWork]).toEqual([0, 0, 0]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
