import { Refusal } from '../../contract/errors.ts';
import type { JobStore } from './job-store.ts';

/** A room that is full empties by the second; how fast depends on pictures that nobody has seen yet. */
const RETRY_SECONDS = 60;
/** Milliseconds for which a measurement is relied on: each is a query over everything that is kept. */
const FRESH_MS = 1_000;

/** Keeps jobs, waiting and done, within their bytes. What other processes take is seen within a second. */
export class JobRoom {
  readonly #store: Pick<JobStore, 'waitingBytes' | 'keptBytes'>;
  readonly #limitBytes: number;
  #freeBytes = 0;
  /** Milliseconds of `performance.now()`. */
  #measuredAt = Number.NEGATIVE_INFINITY;

  constructor(store: Pick<JobStore, 'waitingBytes' | 'keptBytes'>, limitBytes: number) {
    this.#store = store;
    this.#limitBytes = limitBytes;
  }

  /** Throws JOBS_FULL when there are not as many bytes left. What is not used after all is found by measuring. */
  async take(bytes: number): Promise<void> {
    const stale = performance.now() - this.#measuredAt > FRESH_MS;
    // Nobody is refused by an old measurement.
    if (stale || bytes > this.#freeBytes) await this.#measure();
    if (bytes > this.#freeBytes) throw this.full();
    this.#freeBytes -= bytes;
  }

  full(): Refusal {
    return new Refusal('JOBS_FULL', { limit_bytes: this.#limitBytes, seconds: RETRY_SECONDS });
  }

  async #measure(): Promise<void> {
    const [waiting, kept] = await Promise.all([this.#store.waitingBytes(), this.#store.keptBytes()]);
    this.#freeBytes = this.#limitBytes - waiting - kept;
    this.#measuredAt = performance.now();
  }
}
