// Who is told, in what order: several at once, since a receiver may take its ten seconds, but few of one host and of one
// caller, so that neither a host that never answers nor somebody who names a great many can hold up the others.

import type { JobRecord } from './job-store.ts';

/** Webhooks on their way at the same time, of one process. */
export const WEBHOOKS_AT_ONCE = 8;
/** Of these, to one host. */
export const WEBHOOKS_AT_ONCE_PER_HOST = 2;
/** Of these, of one caller, to whatever hosts. */
export const WEBHOOKS_AT_ONCE_PER_CALLER = WEBHOOKS_AT_ONCE / 2;

/** What a webhook's turn depends on. */
export interface WebhookParties {
  /** Who has sent the job: a key. Whoever has none is one caller, since addresses are cheap. */
  readonly caller: string | null;
  /** Where the webhook leads, as `webhookHost` says it. */
  readonly host: string;
}

/** Null when nobody is to be told. */
export function partiesOf({ client, webhook }: Pick<JobRecord, 'client' | 'webhook'>): WebhookParties | null {
  return webhook && { caller: client.keyId, host: webhookHost(webhook.url) };
}

/** The host that a webhook leads to, in one spelling; every port of it is the same host. */
export function webhookHost(url: string): string {
  // Never empty: pg-boss takes no such group.
  return URL.parse(url)?.hostname.replace(/\.$/, '') || '-';
}

interface Webhook extends WebhookParties {
  readonly act: () => Promise<void>;
}

/** Few of each host and of each caller; whoever has fewest on their way is next, and among those whoever came first. */
export class WebhookLine {
  readonly #waiting: Webhook[] = [];
  readonly #underWay = new Map<Webhook, Promise<void>>();
  #stopped = false;

  /** @param act must not reject */
  add(parties: WebhookParties, act: () => Promise<void>): void {
    this.#waiting.push({ ...parties, act });
    this.#next();
  }

  /** Begins nothing more, and waits for what has begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#underWay.values());
  }

  #next(): void {
    while (!this.#stopped && this.#underWay.size < WEBHOOKS_AT_ONCE) {
      const next = this.#take();
      if (!next) return;
      const done = next.act().finally(() => {
        this.#underWay.delete(next);
        this.#next();
      });
      this.#underWay.set(next, done);
    }
  }

  /** Out of the line, whoever may begin and has fewest on their way. */
  #take(): Webhook | undefined {
    const hosts = Map.groupBy(this.#underWay.keys(), ({ host }) => host);
    const callers = Map.groupBy(this.#underWay.keys(), ({ caller }) => caller);
    let place = -1;
    let fewest = WEBHOOKS_AT_ONCE_PER_CALLER;
    for (const [at, { host, caller }] of this.#waiting.entries()) {
      const ofCaller = callers.get(caller)?.length ?? 0;
      const isFull = (hosts.get(host)?.length ?? 0) >= WEBHOOKS_AT_ONCE_PER_HOST;
      if (!isFull && ofCaller < fewest) [place, fewest] = [at, ofCaller];
    }
    return place < 0 ? undefined : this.#waiting.splice(place, 1)[0];
  }
}
