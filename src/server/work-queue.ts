import { Refusal } from '../contract/errors.ts';
import { CostModel } from './cost-model.ts';
import type { Clock } from './dependencies.ts';
import { FairLines, type Lined } from './fair-lines.ts';
import { PRIORITIES, type Priority } from './inference/inference.ts';
import { SharedWork, type Waiter } from './shared-work.ts';

export interface WorkQueueOptions {
  /** Jobs done at the same time. */
  readonly concurrency: number;
  /** Jobs that may be done before one that waits. */
  readonly longest: number;
  /** A job that would be done later than this after it came is not taken, and one that waited too long not begun. */
  readonly deadlineMs: number;
  readonly clock: Pick<Clock, 'elapsed'>;
}

export interface WaitOptions {
  readonly priority?: Priority | undefined;
  /** Ends the waiting of this one alone, by rejecting with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface JobOptions extends WaitOptions {
  /** Of the picture, from which its duration is foretold. */
  readonly bytes?: number | undefined;
}

/** Work as the queue sees it, whatever it results in. */
interface Place extends Lined {
  readonly bytes: number | undefined;
  readonly expectedMs: number;
  readonly isAwaited: boolean;
  readonly lateAt: number;
  refuseLate(now: number, reason: (priority: Priority) => unknown): boolean;
  run(onEnd: () => void): Promise<void>;
}

/**
 * A bounded queue in front of the work that needs a core. Whoever would not be served in time is told at once, and when
 * to come back, instead of waiting for an answer that comes too late; whoever waited in vain is told when the time is
 * up. Those of a higher priority come first, but no priority is passed over for ever (fair-lines.ts).
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #lines = new FairLines<Place>();
  readonly #cost = new CostModel();
  #running = 0;
  #alarm: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#lines.length;
  }

  get running(): number {
    return this.#running;
  }

  /** Throws OVERLOADED when a job would not be taken now. Asked before a body is read, it saves the reading. */
  admit({ priority = 'api', bytes }: Pick<JobOptions, 'priority' | 'bytes'> = {}): void {
    if (this.#running < this.#options.concurrency) return;
    this.#refuseLate();
    const ahead = this.#lines.ahead(priority);
    const wait = this.#waitMs(ahead) + this.#cost.predict(bytes);
    const late = priority !== 'job' && wait > this.#options.deadlineMs;
    if (ahead.length < this.#options.longest && !late) return;
    throw new Refusal('OVERLOADED', { seconds: this.secondsToWait(priority) });
  }

  /** When the work that comes before a job of this priority will be done: at least a second. */
  secondsToWait(priority: Priority = 'api'): number {
    return Math.max(1, Math.ceil(this.#waitMs(this.#lines.ahead(priority)) / 1_000));
  }

  /**
   * Does the job when its turn comes. Throws OVERLOADED, or DEADLINE_EXCEEDED as soon as its turn would come too late;
   * one whose signal fires while it waits leaves the queue.
   */
  run<T>(job: (abandoned: AbortSignal) => Promise<T>, options: JobOptions = {}): Promise<T> {
    return this.wait(this.prepare(job, options.bytes), options);
  }

  /** Work for which several may wait. It takes no place before somebody does. */
  prepare<T>(job: (abandoned: AbortSignal) => Promise<T>, bytes?: number): SharedWork<T> {
    return new SharedWork(job, bytes, this.#cost.predict(bytes));
  }

  /**
   * Waits for work that has not ended, as `run` does. Whoever joins work that waits makes it as urgent as they are, if
   * there is room for that; whoever joins work that is at hand waits for its end.
   */
  async wait<T>(work: SharedWork<T>, { priority = 'api', signal }: WaitOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    if (!work.hasBegun && (!work.isAwaited || isMoreUrgent(priority, work.priority)))
      this.admit({ priority, bytes: work.bytes });
    const waiter = this.#waiter(work, priority);
    work.join(waiter);
    if (!work.hasBegun) this.#place(work, waiter.lateAt);
    const leave = () => {
      work.leave(waiter, signal?.reason);
      if (!work.hasBegun) this.#putAgain(work);
    };
    signal?.addEventListener('abort', leave, { once: true });
    return waiter.outcome.promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  #waiter<T>({ expectedMs }: SharedWork<T>, priority: Priority): Waiter<T> {
    const since = this.#options.clock.elapsed();
    const patience = priority === 'job' ? Number.POSITIVE_INFINITY : this.#options.deadlineMs;
    return { priority, since, lateAt: since + patience - expectedMs, outcome: Promise.withResolvers<T>() };
  }

  /** Begins it if there is a core, or else lets it stand in line. */
  #place(work: Place, lateAt: number): void {
    if (this.#running < this.#options.concurrency) {
      this.#running += 1;
      this.#begin(work);
    } else {
      this.#lines.put(work);
      this.#wakeBy(lateAt);
    }
  }

  /** After those who wait for it have changed. */
  #putAgain(work: Place): void {
    if (work.isAwaited) this.#lines.put(work);
    else this.#lines.remove(work);
  }

  #begin(work: Place): void {
    const begun = this.#options.clock.elapsed();
    void work.run(() => {
      this.#cost.learn(work.bytes, this.#options.clock.elapsed() - begun);
      this.#next();
    });
  }

  /** Hands the core on to the next in line, or gives it up. */
  #next(): void {
    this.#refuseLate();
    const next = this.#lines.shift();
    if (next) this.#begin(next);
    else this.#running -= 1;
  }

  /** Tells those who can no longer be served in time. */
  #refuseLate(): void {
    const now = this.#options.clock.elapsed();
    for (const work of this.#lines.all())
      if (work.refuseLate(now, (priority) => this.#tooLate(priority))) this.#putAgain(work);
  }

  /** Sees to it that whoever is late at that moment is told then. The clock decides who is; the timer only asks it. */
  #wakeBy(at: number): void {
    if (!Number.isFinite(at) || (this.#alarm && this.#alarm.at <= at)) return;
    clearTimeout(this.#alarm?.timer);
    const remaining = Math.max(0, at - this.#options.clock.elapsed());
    const timer = setTimeout(() => {
      this.#alarm = undefined;
      this.#refuseLate();
      this.#wakeBy(Math.min(...this.#lines.all().map(({ lateAt }) => lateAt)));
    }, Math.ceil(remaining) + 1);
    // What is being asked keeps the process going, not the waiting for its refusal.
    this.#alarm = { at, timer: timer.unref() };
  }

  #tooLate(priority: Priority): Refusal {
    const [deadline, seconds] = [this.#options.deadlineMs / 1_000, this.secondsToWait(priority)];
    return new Refusal('DEADLINE_EXCEEDED', { deadline, seconds });
  }

  /** Until all of these are done, with what is at work now half done on average. */
  #waitMs(places: readonly Place[]): number {
    const waiting = places.reduce((sum, { expectedMs }) => sum + expectedMs, 0);
    return (waiting + (this.#running * this.#cost.predict()) / 2) / this.#options.concurrency;
  }
}

function isMoreUrgent(one: Priority, other: Priority): boolean {
  return PRIORITIES.indexOf(one) < PRIORITIES.indexOf(other);
}
