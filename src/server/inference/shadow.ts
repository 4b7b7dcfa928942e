import type { Sighting, Subject } from './inference.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What a challenger said to a picture, beside what the client was told. */
export interface Comparison {
  readonly sha256: string;
  readonly told: Sighting;
  readonly said: Sighting;
}

export interface ShadowOptions {
  /** Of a hundred pictures, how many it is shown. */
  readonly percent: number;
  readonly onCompared: (comparison: Comparison) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** Shows a share of the pictures to a second model. Nobody waits for it: a picture comes when it is free, or not at all. */
export class Shadow {
  readonly challenger: WorkerPool;
  readonly #options: ShadowOptions;
  #busy = false;
  /** Grows by the percentage with each picture; at 100 one is due. */
  #due = 0;

  constructor(challenger: WorkerPool, options: ShadowOptions) {
    this.challenger = challenger;
    this.#options = options;
  }

  offer(subject: Subject, told: Sighting): void {
    this.#due = Math.min(100, this.#due + this.#options.percent);
    if (this.#due < 100 || this.#busy) return;
    this.#due = 0;
    this.#busy = true;
    this.challenger
      .look(subject)
      .then((said) => this.#options.onCompared({ sha256: subject.sha256, told, said }))
      .catch(this.#options.onTrouble)
      .finally(() => {
        this.#busy = false;
      });
  }
}
