import type { JobInsert, PgBoss } from 'pg-boss';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { Nullable } from '../../contract/schema.ts';
import { FORGOTTEN, type JobDispatch, type JobHandlers } from './job-store.ts';
import { FINISH_UNNOTED, lostPictures, lostWebhooks } from './lost-work.ts';
import { rethrow } from './postgres-job-store.ts';
import {
  WEBHOOKS_AT_ONCE,
  WEBHOOKS_AT_ONCE_PER_CALLER,
  WEBHOOKS_AT_ONCE_PER_HOST,
  type WebhookParties,
  webhookHost,
} from './webhook-line.ts';

export const PICTURES = 'tampinha-pictures';
export const WEBHOOKS = 'tampinha-webhooks';

/**
 * A notification wakes a worker for what is new only: what waits behind that, and what is tried again, is found by
 * polling, for which pg-boss would otherwise leave half a minute while it hears notifications. Half a second is the least
 * that it polls by; webhooks have more workers, each of which polls, and more time.
 */
const every = (seconds: number) => ({
  pollingIntervalSeconds: seconds,
  notifyPollingIntervalSeconds: seconds,
});
/** Pictures handed out together: few enough for replicas to share a job, enough for polling not to be what takes long. */
const PICTURES_AT_ONCE = 8;
/** How often it is looked for what nobody has been given, and how old that must be for not just being handed out. */
const RECOVERY_SECONDS = 60;

const PictureWork = Type.Object({ job: Type.String(), indexes: Type.Array(Type.Integer()) });
const LostPicture = Type.Object({ job: Type.String(), index: Type.Integer() });
const LostWebhook = Type.Object({
  job: Type.String(),
  url: Type.String(),
  caller: Nullable(Type.String()),
});
const Waiting = Type.Object({ waiting: Type.Integer() });

/** How many webhooks of the caller $1 the queue has yet to see through. */
const WAITING_OF_CALLER = `
  SELECT count(*)::int AS waiting FROM pgboss.job w JOIN tampinha_jobs j ON j.id = (w.data ->> 'job')::uuid
  WHERE w.name = '${WEBHOOKS}' AND w.state IN ('created', 'retry', 'active')
    AND j.record #>> '{client,keyId}' IS NOT DISTINCT FROM $1`;
const WebhookWork = Type.Object({ job: Type.String() });

export interface PgBossDispatchOptions {
  /** Pictures worked on at the same time by this process. */
  readonly concurrency: number;
  /** Told of what goes wrong in the background; it is tried again. */
  readonly onError: (error: Error) => void;
  /** Whole seconds between looking for what was lost, and the least age of that. */
  readonly recoverySeconds?: number;
}

/** Hands out the work by pg-boss, to all replicas. */
export class PgBossDispatch implements JobDispatch {
  readonly #boss: PgBoss;
  readonly #concurrency: number;
  readonly #recoverySeconds: number;
  readonly #onError: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #recovering: Promise<void> | undefined;

  constructor(boss: PgBoss, { concurrency, recoverySeconds, onError }: PgBossDispatchOptions) {
    this.#boss = boss;
    this.#concurrency = concurrency;
    this.#recoverySeconds = recoverySeconds ?? RECOVERY_SECONDS;
    this.#onError = onError;
  }

  async start(handlers: JobHandlers): Promise<void> {
    await this.#recover();
    // A start comes too soon for what was lost just before it.
    this.#timer = setInterval(() => this.#recoverAgain(), this.#recoverySeconds * 1_000).unref();
    const pictures = { ...every(0.5), batchSize: 1, localConcurrency: this.#concurrency };
    await this.#boss.work(PICTURES, pictures, async ([work]) => {
      const { job, indexes } = Value.Parse(PictureWork, work?.data);
      for (const index of indexes) await handlers.picture(job, index);
    });
    // pg-boss groups by one thing only, which is the host. So a caller's share is kept by priority: the one webhook that
    // came while no other of its caller waited may take any place, all others these few.
    const others = WEBHOOKS_AT_ONCE_PER_CALLER - 1;
    await this.#tell(handlers, { localConcurrency: others });
    await this.#tell(handlers, { localConcurrency: WEBHOOKS_AT_ONCE - others, minPriority: 0 });
  }

  async pictures(job: string, count: number): Promise<void> {
    const indexes = Array.from({ length: count }, (_, index) => index);
    await this.#insert(worksOf(job, indexes));
  }

  async webhook(job: string, { caller, host }: WebhookParties): Promise<void> {
    const { rows } = await this.#boss.getDb().executeSql(WAITING_OF_CALLER, [caller]).catch(rethrow);
    const { waiting } = Value.Parse(Waiting, rows[0]);
    // Sent again by a recovering replica, it is still one message.
    const once = { singletonKey: job, singletonSeconds: 3_600 };
    // Everybody's first before anybody's second.
    const fair = { group: { id: host }, priority: -waiting };
    await this.#boss.send(WEBHOOKS, { job }, { ...once, ...fair }).catch(rethrow);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#recovering;
    // Waits for what is being worked on.
    await Promise.all([PICTURES, WEBHOOKS].map((queue) => this.#boss.offWork(queue)));
  }

  async #tell(
    handlers: JobHandlers,
    places: { readonly localConcurrency: number; readonly minPriority?: number },
  ): Promise<void> {
    const webhooks = {
      ...{ ...every(2), batchSize: 1, includeMetadata: true as const },
      // Counted by this process rather than in the database, where workers woken together do not see each other.
      ...{ localGroupConcurrency: WEBHOOKS_AT_ONCE_PER_HOST, ...places },
    };
    await this.#boss.work(WEBHOOKS, webhooks, async ([work]) => {
      const { job } = Value.Parse(WebhookWork, work?.data);
      await handlers.webhook(job, (work?.retryCount ?? 0) >= (work?.retryLimit ?? 0));
    });
  }

  #recoverAgain(): void {
    this.#recovering ??= this.#recover()
      .catch((error: unknown) => this.#onError(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        this.#recovering = undefined;
      });
  }

  /** What a process was killed in the midst of handing out, or of noting. */
  async #recover(): Promise<void> {
    const db = this.#boss.getDb();
    const age = [this.#recoverySeconds];
    const { rows: pictures } = await db.executeSql(lostPictures(PICTURES), age);
    const lost = pictures.map((row) => Value.Parse(LostPicture, row));
    for (const [job, found] of Map.groupBy(lost, (one) => one.job)) {
      const indexes = found.map(({ index }) => index);
      // Replicas that find the same at the same time hand it out once.
      const works = worksOf(job, indexes).map((work) => ({
        ...work,
        singletonKey: `${job}/${work.data.indexes[0]}`,
        singletonSeconds: this.#recoverySeconds,
      }));
      await this.#insert(works);
    }
    await db.executeSql(FINISH_UNNOTED, [...age, JSON.stringify(FORGOTTEN)]);
    const { rows: webhooks } = await db.executeSql(lostWebhooks(WEBHOOKS), age);
    for (const row of webhooks) {
      const { job, url, caller } = Value.Parse(LostWebhook, row);
      await this.webhook(job, { caller, host: webhookHost(url) });
    }
  }

  async #insert(works: JobInsert[]): Promise<void> {
    if (works.length > 0) await this.#boss.insert(PICTURES, works).catch(rethrow);
  }
}

function worksOf(job: string, indexes: readonly number[]) {
  const works = [];
  for (let at = 0; at < indexes.length; at += PICTURES_AT_ONCE)
    works.push({ data: { job, indexes: indexes.slice(at, at + PICTURES_AT_ONCE) } });
  return works;
}
