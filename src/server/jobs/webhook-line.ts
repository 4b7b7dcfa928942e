// Who is told, in what order: several at once, since a receiver may take its ten seconds, but few of one host, so that a
// host that never answers cannot hold up the others.

/** Webhooks on their way at the same time, of one process. */
export const WEBHOOKS_AT_ONCE = 8;
/** Of these, to one host. */
export const WEBHOOKS_AT_ONCE_PER_HOST = 2;

/** The host that a webhook leads to, in one spelling; every port of it is the same host. */
export function webhookHost(url: string): string {
  // Never empty: pg-boss takes no such group.
  return URL.parse(url)?.hostname.replace(/\.$/, '') || '-';
}

interface Waiting {
  readonly host: string;
  readonly act: () => Promise<void>;
}

/** First come, first served, among those whose host has a place left. */
export class WebhookLine {
  readonly #waiting: Waiting[] = [];
  /** How many are under way, by host. */
  readonly #underWay = new Map<string, number>();
  readonly #active = new Set<Promise<void>>();
  #stopped = false;

  /** @param act must not reject */
  add(host: string, act: () => Promise<void>): void {
    this.#waiting.push({ host, act });
    this.#next();
  }

  /** Begins nothing more, and waits for what has begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#active);
  }

  #next(): void {
    while (!this.#stopped && this.#active.size < WEBHOOKS_AT_ONCE) {
      const at = this.#waiting.findIndex(({ host }) => this.#count(host) < WEBHOOKS_AT_ONCE_PER_HOST);
      const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (!next) return;
      this.#begin(next);
    }
  }

  #begin({ host, act }: Waiting): void {
    this.#underWay.set(host, this.#count(host) + 1);
    const done = act().finally(() => {
      this.#active.delete(done);
      const left = this.#count(host) - 1;
      if (left > 0) this.#underWay.set(host, left);
      else this.#underWay.delete(host);
      this.#next();
    });
    this.#active.add(done);
  }

  #count(host: string): number {
    return this.#underWay.get(host) ?? 0;
  }
}
