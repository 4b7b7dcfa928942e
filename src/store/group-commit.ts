// Writes that arrive together are committed together: one disk flush for all of them instead of one for each.

interface Waiting<Row> {
  readonly row: Row;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class GroupCommit<Row> {
  readonly #commit: (rows: readonly Row[]) => Promise<void>;
  readonly #isRowFault: (error: unknown) => boolean;
  readonly #largest: number;
  #waiting: Waiting<Row>[] = [];
  #running: Promise<void> | undefined;

  /**
   * `commit` writes all rows in one transaction or none of them; it is never called twice at a time. `isRowFault` tells
   * whether its failure is a row's, so that the others may be tried without it, and not the database's.
   */
  constructor(
    commit: (rows: readonly Row[]) => Promise<void>,
    isRowFault: (error: unknown) => boolean,
    largest = 256,
  ) {
    this.#commit = commit;
    this.#isRowFault = isRowFault;
    this.#largest = largest;
  }

  /** Resolves once the row has been committed. */
  add(row: Row): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ row, resolve, reject });
    this.#running ??= this.#drain();
    return promise;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    // One turn of the event loop, so that what arrived in the same turn is in the same group.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, this.#largest));
    this.#running = undefined;
  }

  async #write(group: readonly Waiting<Row>[]): Promise<void> {
    try {
      await this.#commit(group.map(({ row }) => row));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length > 1 && this.#isRowFault(error)) {
        // One bad row must not take its neighbours with it.
        for (const one of group) await this.#write([one]);
      } else {
        for (const { reject } of group) reject(error);
      }
    }
  }
}
