import { Refusal } from '../contract/errors.ts';

/** Counts the bytes of uploads held in memory, all requests together, and refuses to go beyond a limit. */
export class UploadMemory {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** An account for one upload. */
  open(): UploadAccount {
    let taken = 0;
    return {
      take: (bytes) => {
        if (this.#used + bytes > this.#limit) throw new Refusal('OVERLOADED', { seconds: 1 });
        this.#used += bytes;
        taken += bytes;
      },
      close: () => {
        this.#used -= taken;
        taken = 0;
      },
    };
  }
}

export interface UploadAccount {
  /** Throws OVERLOADED when there is no room. */
  take(bytes: number): void;
  /** Gives everything back; once the bytes are no longer needed. */
  close(): void;
}
