import { Redis } from 'ioredis';
import type { Clock } from '../dependencies.ts';

/** What all processes of a deployment share, while it is there. Nothing here is needed to give a right answer. */
export interface Shared {
  /** Whether it answered when last asked. */
  readonly available: boolean;
  /** Undefined when Redis is away, slow or refuses: the caller goes on by itself. Never rejects. */
  run<T>(use: (redis: Redis) => Promise<T>): Promise<T | undefined>;
  close(): void;
}

export interface SharedOptions {
  readonly url: string;
  readonly clock: Clock;
  /** No answer within this time counts as none: what Redis saves is worth less. */
  readonly patienceMs: number;
  /** Told when Redis goes away (with the reason) and when it is back. */
  readonly onChange: (available: boolean, error?: unknown) => void;
}

/** After a failure nobody asks for this long, so that a Redis that hangs costs its patience once a second only. */
const REST_MS = 1_000;

/** Connects in the background and again whenever the connection is lost. */
export function connectShared({ url, clock, onChange, patienceMs }: SharedOptions): Shared {
  const redis = new Redis(url, {
    // A command that cannot be sent now fails now.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: patienceMs,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, REST_MS),
  });
  let available: boolean | undefined;
  let restsUntil = 0;
  const change = (now: boolean, error?: unknown) => {
    if (now === available) return;
    available = now;
    onChange(now, error);
  };
  redis.on('ready', () => {
    restsUntil = 0;
    change(true);
  });
  redis.on('error', (error) => change(false, error));
  const lost = () => change(false);
  redis.on('close', lost);

  return {
    get available() {
      return available === true;
    },
    async run(use) {
      if (redis.status !== 'ready' || clock.elapsed() < restsUntil) return undefined;
      try {
        const result = await use(redis);
        change(true);
        return result;
      } catch (error) {
        restsUntil = clock.elapsed() + REST_MS;
        change(false, error);
        return undefined;
      }
    },
    close() {
      redis.off('close', lost);
      redis.disconnect();
    },
  };
}
