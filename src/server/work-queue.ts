import { Refusal } from '../contract/errors.ts';
import type { Clock } from './dependencies.ts';

export interface WorkQueueOptions {
  /** Jobs done at the same time. */
  readonly concurrency: number;
  /** Jobs that may wait. */
  readonly longest: number;
  readonly clock: Clock;
}

/** How much the newest job counts in the running average of a job's duration. */
const SMOOTHING = 0.1;

/**
 * A bounded queue in front of the work that needs a core. Whoever finds it full is told at once, and when to come
 * back, instead of waiting for an answer that comes too late.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Milliseconds that a job takes, a running average. */
  #average = 100;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get running(): number {
    return this.#running;
  }

  /** Throws OVERLOADED when no further job would be taken. Asked before a body is read, it saves the reading. */
  admit(): void {
    if (this.#waiting.length >= this.#options.longest) {
      throw new Refusal('OVERLOADED', { seconds: this.secondsToWait() });
    }
  }

  /** When the jobs of now will be done: at least a second. */
  secondsToWait(): number {
    const jobs = this.#waiting.length + this.#running;
    return Math.max(1, Math.ceil((jobs * this.#average) / this.#options.concurrency / 1_000));
  }

  /** Does the job when its turn comes; one whose signal has fired by then is not begun. */
  async run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running < this.#options.concurrency) this.#running += 1;
    else await this.#turn();
    try {
      signal?.throwIfAborted();
      return await this.#timed(job);
    } finally {
      this.#next();
    }
  }

  async #turn(): Promise<void> {
    this.admit();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the place on to the next in line, or gives it up. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }

  async #timed<T>(job: () => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const begun = clock.elapsed();
    const result = await job();
    this.#average += SMOOTHING * (clock.elapsed() - begun - this.#average);
    return result;
  }
}
