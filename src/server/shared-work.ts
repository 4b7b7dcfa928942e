import { PRIORITIES, type Priority } from './inference/inference.ts';

/** One of those who wait for a piece of work. Times are readings of the queue's clock, in milliseconds. */
export interface Waiter<T> {
  readonly priority: Priority;
  readonly since: number;
  /** Work that has not begun by then comes too late for this one; Infinity for whoever can wait. */
  readonly lateAt: number;
  readonly outcome: PromiseWithResolvers<T>;
}

/**
 * Work that is done once for all who wait for it. It is as urgent as the most urgent of them; each has a deadline of
 * its own and may leave without the others noticing.
 */
export class SharedWork<T> {
  /** Of the picture, if it is one. */
  readonly bytes: number | undefined;
  /** How long it will take, in milliseconds. */
  readonly expectedMs: number;
  readonly #work: (abandoned: AbortSignal) => Promise<T>;
  readonly #waiters = new Set<Waiter<T>>();
  readonly #abandoned = new AbortController();
  #begun = false;

  /** The signal given to `work` fires when nobody waits any more. */
  constructor(work: (abandoned: AbortSignal) => Promise<T>, bytes: number | undefined, expectedMs: number) {
    this.#work = work;
    this.bytes = bytes;
    this.expectedMs = expectedMs;
  }

  /** Somebody waits for it. Nobody does before the first, after its end, and once everyone has left. */
  get isAwaited(): boolean {
    return this.#waiters.size > 0;
  }

  get hasBegun(): boolean {
    return this.#begun;
  }

  /** Of the most urgent who wait. */
  get priority(): Priority {
    const present = new Set([...this.#waiters].map(({ priority }) => priority));
    return PRIORITIES.find((priority) => present.has(priority)) ?? 'job';
  }

  /** When the first of that priority came. */
  get since(): number {
    const { priority } = this;
    const equals = [...this.#waiters].filter((waiter) => waiter.priority === priority);
    return Math.min(...equals.map(({ since }) => since));
  }

  /** When the next of those who wait will be late. */
  get lateAt(): number {
    return Math.min(...[...this.#waiters].map(({ lateAt }) => lateAt));
  }

  join(waiter: Waiter<T>): void {
    this.#waiters.add(waiter);
  }

  leave(waiter: Waiter<T>, reason: unknown): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.outcome.reject(reason);
    if (this.#begun && !this.isAwaited) this.#abandoned.abort();
  }

  /** Lets those leave who are late by now. Whether there were any. */
  refuseLate(now: number, reason: (priority: Priority) => unknown): boolean {
    const late = [...this.#waiters].filter(({ lateAt }) => now > lateAt);
    for (const waiter of late) this.leave(waiter, reason(waiter.priority));
    return late.length > 0;
  }

  /** Does it, calls `onEnd`, and tells all who wait how it ended. Never rejects. */
  async run(onEnd: () => void): Promise<void> {
    this.#begun = true;
    const ended = (async () => this.#work(this.#abandoned.signal))();
    await Promise.allSettled([ended]);
    onEnd();
    for (const { outcome } of this.#waiters) outcome.resolve(ended);
    this.#waiters.clear();
  }
}
