import type { Replacement } from './models.ts';

/** How a picture ends the process that has it: by crashing it, or by taking too long. */
export type EndReason = Exclude<Replacement, 'memory'>;

/** A picture that has ended so many gets no other. The first may have been ended by someone else, or been too slow. */
const ENOUGH = 2;

/** Pictures remembered; beyond that the one whose last process ended longest ago is forgotten. */
const REMEMBERED = 1_000;

/** Which pictures have ended processes, by the hash of their bytes, since the last time that each was answered. */
export class EndedProcesses {
  readonly #pictures = new Map<string, { readonly count: number; readonly last: EndReason }>();

  /** How the last process ended of a picture that has ended enough of them. */
  enoughOf(sha256: string): EndReason | undefined {
    const ended = this.#pictures.get(sha256);
    return ended && ended.count >= ENOUGH ? ended.last : undefined;
  }

  note(sha256: string, reason: EndReason): void {
    const count = (this.#pictures.get(sha256)?.count ?? 0) + 1;
    // Again at the end of the order.
    this.#pictures.delete(sha256);
    this.#pictures.set(sha256, { count, last: reason });
    const [oldest] = this.#pictures.keys();
    if (oldest !== undefined && this.#pictures.size > REMEMBERED) this.#pictures.delete(oldest);
  }

  /** It was answered, so what went before was not its doing. */
  forget(sha256: string): void {
    this.#pictures.delete(sha256);
  }
}
