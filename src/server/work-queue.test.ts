import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from './system.ts';
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

  it('tells whoever waits in vain when the time is up, not when a turn comes', async () => {
    const clock = systemClock;
    const queue = newQueue({ deadlineMs: 300, clock });
    const gate = deferred();
    const first = queue.run(() => gate.promise);
    const begun = clock.elapsed();
    const late = { code: 'DEADLINE_EXCEEDED', values: { deadline: 0.3 } };
    const batch = queue.run(async () => 'done', { priority: 'job' });
    await Promise.all(
      (['page', 'api', 'api'] as const).map(async (priority) => {
        await expect(queue.run(async () => {}, { priority })).rejects.toMatchObject(late);
        expect(clock.elapsed() - begun).toBeLessThan(5_000);
      }),
    );
    expect([queue.running, queue.waiting]).toEqual([1, 1]);
    gate.resolve();
    await first;
    expect(await batch).toBe('done');
  });

  it('tells those who came later later, each by its own time', async () => {
    const clock = systemClock;
    const queue = newQueue({ deadlineMs: 400, clock });
    const gate = deferred();
    const first = queue.run(() => gate.promise);
    const told: number[] = [];
    const waiting = [0, 100, 200].map(async (pause) => {
      await sleep(pause);
      const begun = clock.elapsed();
      await expect(queue.run(async () => {})).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      told.push(pause);
      return clock.elapsed() - begun;
    });
    // What a picture is expected to take is taken off: about 75 ms before any was measured.
    for (const waited of await Promise.all(waiting)) expect(waited).toBeGreaterThan(300);
    expect(told).toEqual([0, 100, 200]);
    gate.resolve();
    await first;
  });

  it('gives programs a turn in four and batches one in twenty, however many people there are', async () => {
    const queue = newQueue({ longest: 1_000 });
    const order: string[] = [];
    const ask = (priority: 'page' | 'api' | 'job') =>
      queue.run(async () => void order.push(priority), { priority });
    const gate = deferred();
    const all = [queue.run(() => gate.promise)];
    for (let i = 0; i < 40; i += 1) all.push(ask('page'), ask('api'), ask('job'));
    gate.resolve();
    await Promise.all(all);
    expect(order.slice(0, 8)).toEqual(['page', 'page', 'page', 'api', 'page', 'page', 'page', 'api']);
    const among = (priority: string, turns: number) =>
      order.slice(0, turns).filter((one) => one === priority).length;
    expect([among('page', 40), among('api', 40), among('job', 40)]).toEqual([28, 10, 2]);
  });

  it('lets a program in although people fill the queue, and counts only who comes before it', async () => {
    const queue = newQueue({ longest: 8 });
    const gate = deferred();
    const first = queue.run(() => gate.promise);
    const people = Array.from({ length: 8 }, () => queue.run(() => gate.promise, { priority: 'page' }));
    await expect(queue.run(async () => {}, { priority: 'page' })).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    // Three people come before the first program, six before the second: with that one these are seven.
    const programs = [queue.run(async () => 'served'), queue.run(async () => 'served')];
    await expect(queue.run(async () => {})).rejects.toMatchObject({ code: 'OVERLOADED' });
    gate.resolve();
    expect(await Promise.all(programs)).toEqual(['served', 'served']);
    await Promise.all([first, ...people]);
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

  describe('work that several wait for', () => {
    /** One at work until it is let go, so that everything else waits. */
    async function busy(options: Partial<WorkQueueOptions> = {}) {
      const queue = newQueue(options);
      const gate = deferred();
      const first = queue.run(() => gate.promise);
      return { queue, first, letGo: gate.resolve };
    }

    it('is done once, as soon as the most urgent of them may expect', async () => {
      const { queue, first, letGo } = await busy();
      const order: string[] = [];
      const picture = queue.prepare(async () => order.push('picture'));
      const batch = queue.wait(picture, { priority: 'job' });
      const others = ['a', 'b'].map((name) => queue.run(async () => void order.push(name)));
      const person = queue.wait(picture, { priority: 'page' });
      expect(queue.waiting).toBe(3);
      letGo();
      await Promise.all([first, ...others]);
      expect(await Promise.all([batch, person])).toEqual([1, 1]);
      expect(order).toEqual(['picture', 'a', 'b']);
    });

    it('is no more urgent again once the urgent have left, and is done for the others', async () => {
      const { queue, first, letGo } = await busy();
      const order: string[] = [];
      const picture = queue.prepare(async () => order.push('picture'));
      const batch = queue.wait(picture, { priority: 'job' });
      const leaving = new AbortController();
      const person = queue.wait(picture, { priority: 'page', signal: leaving.signal });
      const other = queue.run(async () => void order.push('other'));
      leaving.abort(new Error('left'));
      await expect(person).rejects.toThrow('left');
      letGo();
      await Promise.all([first, other, batch]);
      expect(order).toEqual(['other', 'picture']);
    });

    it('comes too late for each by its own deadline, and is done for whoever has time', async () => {
      const clock = handClock();
      const { queue, first, letGo } = await busy({ deadlineMs: 1_000, clock });
      const picture = queue.prepare(async () => 'seen');
      const early = queue.wait(picture);
      clock.pass(600);
      const joined = queue.wait(picture);
      const batch = queue.wait(picture, { priority: 'job' });
      clock.pass(600);
      letGo();
      await first;
      await expect(early).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      expect(await Promise.all([joined, batch])).toEqual(['seen', 'seen']);
    });

    it('is not joined by whoever would make it more urgent than there is room for', async () => {
      const { queue, first, letGo } = await busy({ longest: 2 });
      const picture = queue.prepare(async () => 'seen');
      const batch = queue.wait(picture, { priority: 'job' });
      const others = [0, 1].map(() => queue.run(async () => {}));
      await expect(queue.wait(picture)).rejects.toMatchObject({ code: 'OVERLOADED' });
      letGo();
      await Promise.all([first, ...others]);
      expect(await batch).toBe('seen');
    });

    it('is given up when the last of them has left, and only then', async () => {
      const queue = newQueue();
      let abandoned: AbortSignal | undefined;
      const gate = deferred();
      const work = queue.prepare((signal) => {
        abandoned = signal;
        return gate.promise;
      });
      const leaving = [new AbortController(), new AbortController()];
      const waiting = leaving.map(({ signal }) => queue.wait(work, { signal }));
      const settled = Promise.allSettled(waiting);
      leaving[0]?.abort(new Error('left'));
      expect([abandoned?.aborted, work.isAwaited]).toEqual([false, true]);
      leaving[1]?.abort(new Error('left'));
      expect([abandoned?.aborted, work.isAwaited, queue.running]).toEqual([true, false, 1]);
      expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      gate.resolve();
      await new Promise(setImmediate);
      expect(queue.running).toBe(0);
    });
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
          // What was begun is done although whoever wanted it has left.
          while (atWork > 0) await new Promise(setImmediate);
          await new Promise(setImmediate);
          expect([queue.running, queue.waiting, atWork]).toEqual([0, 0, 0]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
