import type { Kysely } from 'kysely';
import { isScope } from '../contract/access.ts';
import type { ApiKey, KeyStore, NewApiKey } from './key-store.ts';
import { LastUses } from './last-uses.ts';
import type { ApiKeyRow, Tables } from './tables.ts';

/** API keys in a migrated SQL database. */
export class SqlKeyStore implements KeyStore {
  readonly #db: Kysely<Tables>;
  readonly #uses: LastUses;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
    this.#uses = new LastUses((id, at) => this.#writeLastUsed(id, at));
  }

  async create(key: NewApiKey): Promise<void> {
    const { id, name, prefix, hash, scopes, perMinute, created, expires } = key;
    const row = { id, name, prefix, hash, scopes: scopes.join(' '), created, expires, per_minute: perMinute };
    await this.#db
      .insertInto('api_keys')
      .values({ ...row, revoked: null, last_used: null })
      .execute();
  }

  async findByHash(hash: string): Promise<ApiKey | undefined> {
    const row = await this.#db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst();
    return row && toKey(row);
  }

  async list(): Promise<readonly ApiKey[]> {
    const newest = this.#db.selectFrom('api_keys').selectAll().orderBy('created', 'desc');
    return (await newest.orderBy('id', 'desc').execute()).map(toKey);
  }

  async revoke(id: string, at: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('api_keys')
      .set({ revoked: at })
      .where('id', '=', id)
      .where('revoked', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  touchLastUsed(id: string, at: string): void {
    this.#uses.add(id, at);
  }

  /** Writes the uses that still wait. */
  async flush(): Promise<void> {
    await this.#uses.flush();
  }

  async #writeLastUsed(id: string, at: string): Promise<void> {
    await this.#db
      .updateTable('api_keys')
      .set({ last_used: at })
      .where('id', '=', id)
      // Another process may have written a later use.
      .where((row) => row.or([row('last_used', 'is', null), row('last_used', '<', at)]))
      .execute();
  }
}

function toKey({ last_used, per_minute, scopes, ...row }: ApiKeyRow): ApiKey {
  // A scope of a newer version of this program grants nothing here.
  return { ...row, scopes: scopes.split(' ').filter(isScope), perMinute: per_minute, lastUsed: last_used };
}
