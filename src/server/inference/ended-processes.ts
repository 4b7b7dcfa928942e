import { LRUCache } from 'lru-cache';
import type { Replacement } from './models.ts';

/** How a picture ends the process that has it: by crashing it, or by taking too long. */
export type EndReason = Exclude<Replacement, 'memory'>;

/** A picture that has ended so many gets no other. The first may have been ended by someone else, or been too slow. */
const ENOUGH = 2;

/** Pictures remembered; beyond that the one whose last process ended longest ago is forgotten. */
const REMEMBERED = 1_000;

/**
 * So long a picture is remembered after the last process that it ended. Both may have been the machine's doing (no
 * memory left, a stalled disk), which must not stand against the picture until a restart; and one that does end them
 * costs two an hour at most.
 */
const REMEMBERED_MS = 3_600_000;

/** Which pictures have ended processes of late, by the hash of their bytes, since the last time that each was answered. */
export class EndedProcesses {
  readonly #pictures = new LRUCache<string, { readonly count: number; readonly last: EndReason }>({
    max: REMEMBERED,
    ttl: REMEMBERED_MS,
    // The clock of the moment: lru-cache would keep the one that it was loaded with, which tests exchange.
    perf: { now: () => performance.now() },
  });

  /** How the last process ended of a picture that has ended enough of them. */
  enoughOf(sha256: string): EndReason | undefined {
    // Being asked about is no reason to be remembered longer.
    const ended = this.#pictures.peek(sha256);
    return ended && ended.count >= ENOUGH ? ended.last : undefined;
  }

  note(sha256: string, reason: EndReason): void {
    this.#pictures.set(sha256, { count: (this.#pictures.peek(sha256)?.count ?? 0) + 1, last: reason });
  }

  /** It was answered, so what went before was not its doing. */
  forget(sha256: string): void {
    this.#pictures.delete(sha256);
  }
}
