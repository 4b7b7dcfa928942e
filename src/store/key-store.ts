import type { Scope } from '../contract/access.ts';

// API keys as they are kept: only their hash. Whoever reads the database cannot call the API with what is there.

export interface ApiKey {
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** The beginning of the key, so that its owner recognises it in a list. */
  readonly prefix: string;
  /** SHA-256 of the whole key, in lower-case hexadecimal. A key is 32 random bytes, so it needs no slower hash. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  /** Requests a minute: 0 is no limit, null is the server's default. */
  readonly perMinute: number | null;
  /** Times are RFC 3339 in UTC. */
  readonly created: string;
  /** Not valid from this time on; null is never. */
  readonly expires: string | null;
  /** Since when it has been withdrawn. */
  readonly revoked: string | null;
  readonly lastUsed: string | null;
}

export type NewApiKey = Omit<ApiKey, 'revoked' | 'lastUsed'>;

export interface KeyStore {
  /** Rejects when a key with this id or hash is already there. */
  create(key: NewApiKey): Promise<void>;
  /** Also gives expired and revoked keys: whoever asks judges them. */
  findByHash(hash: string): Promise<ApiKey | undefined>;
  /** All keys, newest first. */
  list(): Promise<readonly ApiKey[]>;
  /** False when there is no such key, or when it was revoked before (the first time stays). */
  revoke(id: string, at: string): Promise<boolean>;
  /**
   * Notes that a key was used and returns at once; uses are written together within some seconds, and the latest
   * counts. They are a courtesy to people: what a crash takes with it is not missed.
   */
  touchLastUsed(id: string, at: string): void;
}
