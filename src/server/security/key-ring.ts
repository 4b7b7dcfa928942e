import { LRUCache } from 'lru-cache';
import type { ApiKey, KeyStore } from '../../store/key-store.ts';
import type { Clock } from '../dependencies.ts';
import { hashOfKey, isApiKey } from './api-key.ts';

/** How long a key is believed without asking the store: a revoked one is refused on every process after that. */
const BELIEVED_MS = 2_000;
const REMEMBERED_KEYS = 10_000;

/** Looks keys up in the store, seldom enough that a busy key costs next to nothing. */
export class KeyRing {
  readonly #store: Pick<KeyStore, 'touchLastUsed'>;
  readonly #clock: Clock;
  readonly #keys: LRUCache<string, ApiKey>;

  constructor(store: Pick<KeyStore, 'findByHash' | 'touchLastUsed'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#keys = new LRUCache({
      max: REMEMBERED_KEYS,
      ttl: BELIEVED_MS,
      ttlResolution: 0,
      perf: { now: () => clock.elapsed() },
      // Requests that arrive together ask once. An unknown key is not remembered: it may be made a moment later.
      fetchMethod: (hash) => store.findByHash(hash),
    });
  }

  /** The key, unless it is unknown, expired or revoked. Rejects when the store does not answer. */
  async find(text: string): Promise<ApiKey | undefined> {
    if (!isApiKey(text)) return undefined;
    const key = await this.#keys.fetch(hashOfKey(text));
    if (!key || key.revoked !== null) return undefined;
    const now = this.#clock.now();
    if (key.expires !== null && new Date(key.expires) <= now) return undefined;
    this.#store.touchLastUsed(key.id, now.toISOString());
    return key;
  }
}
