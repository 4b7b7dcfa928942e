import type { JobDispatch, JobHandlers } from './job-store.ts';
import { WebhookLine, type WebhookParties } from './webhook-line.ts';

/** What was dispatched by an earlier process and is not done. */
export interface UnfinishedJob {
  readonly id: string;
  /** Places without a result. */
  readonly missing: readonly number[];
  /** Null when nobody has to be told. */
  readonly webhook: WebhookParties | null;
}

export interface InProcessDispatchOptions {
  /** Pictures worked on at the same time. */
  readonly concurrency: number;
  readonly unfinished: readonly UnfinishedJob[];
  /** Milliseconds before a picture is tried again. */
  readonly pictureRetryMs?: number;
  /** Milliseconds before each further attempt of a webhook; one more attempt than there are numbers. */
  readonly webhookRetryMs?: readonly number[];
}

/** Five seconds, doubled each time: the last attempt is ten minutes after the first. */
const WEBHOOK_RETRY_MS = [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000];

/** Hands out the work inside this process, oldest job first. */
export class InProcessDispatch implements JobDispatch {
  readonly #options: InProcessDispatchOptions;
  readonly #waiting: { id: string; index: number }[] = [];
  readonly #webhooks = new WebhookLine();
  readonly #active = new Set<Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #handlers: JobHandlers | undefined;
  #running = 0;
  #stopped = false;

  constructor(options: InProcessDispatchOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async start(handlers: JobHandlers): Promise<void> {
    this.#handlers = handlers;
    for (const { id, missing, webhook } of this.#options.unfinished) {
      for (const index of missing) this.#waiting.push({ id, index });
      if (webhook) this.#attempt(id, webhook, 0);
    }
    this.#next();
  }

  async pictures(id: string, count: number): Promise<void> {
    for (let index = 0; index < count; index++) this.#waiting.push({ id, index });
    this.#next();
  }

  async webhook(id: string, parties: WebhookParties): Promise<void> {
    this.#attempt(id, parties, 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([...this.#active, this.#webhooks.stop()]);
  }

  #next(): void {
    while (!this.#stopped && this.#handlers && this.#running < this.#options.concurrency) {
      const work = this.#waiting.shift();
      if (!work) return;
      this.#running += 1;
      this.#track(this.#lookAt(this.#handlers, work));
    }
  }

  async #lookAt(handlers: JobHandlers, work: { id: string; index: number }): Promise<void> {
    try {
      await handlers.picture(work.id, work.index);
      this.#running -= 1;
      this.#next();
    } catch {
      // The place is kept while waiting: whatever was too busy for this one is too busy for the next.
      this.#later(this.#options.pictureRetryMs ?? 1_000, () => {
        this.#running -= 1;
        this.#waiting.unshift(work);
        this.#next();
      });
    }
  }

  #attempt(id: string, parties: WebhookParties, number: number): void {
    const delay = (this.#options.webhookRetryMs ?? WEBHOOK_RETRY_MS)[number];
    this.#webhooks.add(parties, async () => {
      try {
        await this.#handlers?.webhook(id, delay === undefined);
      } catch {
        if (delay !== undefined) this.#later(delay, () => this.#attempt(id, parties, number + 1));
      }
    });
  }

  #later(milliseconds: number, act: () => void): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, milliseconds);
    this.#timers.add(timer);
  }

  #track(work: Promise<void>): void {
    this.#active.add(work);
    void work.finally(() => this.#active.delete(work));
  }
}
