import { Refusal } from '../contract/errors.ts';
import { CostModel } from './cost-model.ts';
import type { Clock } from './dependencies.ts';
import { PRIORITIES, type Priority } from './inference/inference.ts';

export interface WorkQueueOptions {
  /** Jobs done at the same time. */
  readonly concurrency: number;
  /** Jobs that may wait. */
  readonly longest: number;
  /** A job that would be done later than this after it came is not taken, and one that waited too long not begun. */
  readonly deadlineMs: number;
  readonly clock: Pick<Clock, 'elapsed'>;
}

export interface JobOptions {
  /** Of the picture, from which its duration is foretold. */
  readonly bytes?: number | undefined;
  readonly priority?: Priority | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One that waits for its turn. */
interface Place {
  readonly turn: PromiseWithResolvers<void>;
  readonly expectedMs: number;
  readonly since: number;
}

/**
 * A bounded queue in front of the work that needs a core. Whoever would not be served in time is told at once, and when
 * to come back, instead of waiting for an answer that comes too late. Those of a higher priority come first; among
 * equals the order is that of arrival.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #lines: Record<Priority, Place[]> = { page: [], api: [], job: [] };
  readonly #cost = new CostModel();
  #running = 0;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return PRIORITIES.reduce((sum, priority) => sum + this.#lines[priority].length, 0);
  }

  get running(): number {
    return this.#running;
  }

  /** Throws OVERLOADED when a job would not be taken now. Asked before a body is read, it saves the reading. */
  admit({ priority = 'api', bytes }: Pick<JobOptions, 'priority' | 'bytes'> = {}): void {
    const ahead = this.#ahead(priority);
    const wait = this.#waitMs(ahead) + this.#cost.predict(bytes);
    const late = priority !== 'job' && wait > this.#options.deadlineMs;
    if (this.#running < this.#options.concurrency || (ahead.length < this.#options.longest && !late)) return;
    throw new Refusal('OVERLOADED', { seconds: this.secondsToWait(priority) });
  }

  /** When the work that comes before a job of this priority will be done: at least a second. */
  secondsToWait(priority: Priority = 'api'): number {
    return Math.max(1, Math.ceil(this.#waitMs(this.#ahead(priority)) / 1_000));
  }

  /**
   * Does the job when its turn comes. Throws OVERLOADED, or DEADLINE_EXCEEDED when the turn came too late; one whose
   * signal fires while it waits leaves the queue.
   */
  async run<T>(job: () => Promise<T>, options: JobOptions = {}): Promise<T> {
    options.signal?.throwIfAborted();
    if (this.#running < this.#options.concurrency) this.#running += 1;
    else await this.#turn(options);
    const begun = this.#options.clock.elapsed();
    try {
      return await job();
    } finally {
      this.#cost.learn(options.bytes, this.#options.clock.elapsed() - begun);
      this.#next();
    }
  }

  async #turn(options: JobOptions): Promise<void> {
    this.admit(options);
    const { bytes, priority = 'api', signal } = options;
    const turn = Promise.withResolvers<void>();
    const place = { turn, expectedMs: this.#cost.predict(bytes), since: this.#options.clock.elapsed() };
    const line = this.#lines[priority];
    line.push(place);
    const leave = () => {
      line.splice(line.indexOf(place), 1);
      turn.reject(signal?.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    await turn.promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  /** Hands the place on to the next in line, or gives it up. */
  #next(): void {
    for (const priority of PRIORITIES)
      for (let next = this.#lines[priority].shift(); next; next = this.#lines[priority].shift()) {
        if (priority === 'job' || this.#isInTime(next)) {
          next.turn.resolve();
          return;
        }
        next.turn.reject(this.#tooLate(priority));
      }
    this.#running -= 1;
  }

  #isInTime({ since, expectedMs }: Place): boolean {
    return this.#options.clock.elapsed() - since + expectedMs <= this.#options.deadlineMs;
  }

  #tooLate(priority: Priority): Refusal {
    const [deadline, seconds] = [this.#options.deadlineMs / 1_000, this.secondsToWait(priority)];
    return new Refusal('DEADLINE_EXCEEDED', { deadline, seconds });
  }

  /** Those of the same priority and of higher ones. */
  #ahead(priority: Priority): Place[] {
    const last = PRIORITIES.indexOf(priority);
    return PRIORITIES.slice(0, last + 1).flatMap((each) => this.#lines[each]);
  }

  /** Until all of these are done, with what is at work now half done on average. */
  #waitMs(places: readonly Place[]): number {
    const waiting = places.reduce((sum, { expectedMs }) => sum + expectedMs, 0);
    return (waiting + (this.#running * this.#cost.predict()) / 2) / this.#options.concurrency;
  }
}
