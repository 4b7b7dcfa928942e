// Every request of a key is a use, but one write every few seconds tells people as much.

const DELAY_MS = 5_000;

export class LastUses {
  readonly #write: (id: string, at: string) => Promise<void>;
  #latest = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(write: (id: string, at: string) => Promise<void>) {
    this.#write = write;
  }

  /** Of several uses of one key the latest is kept. */
  add(id: string, at: string): void {
    if (at > (this.#latest.get(id) ?? '')) this.#latest.set(id, at);
    // A process that has nothing else to do does not stay for this.
    this.#timer ??= setTimeout(() => void this.flush(), DELAY_MS).unref();
  }

  /** Writes what waits. Never rejects: what could not be written waits for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const uses = this.#latest;
    this.#latest = new Map();
    this.#running = this.#running.then(() => this.#writeAll(uses));
    return this.#running;
  }

  async #writeAll(uses: ReadonlyMap<string, string>): Promise<void> {
    for (const [id, at] of uses) await this.#write(id, at).catch(() => this.add(id, at));
  }
}
