import { type Kysely, type Migration, Migrator } from 'kysely';
import type { Tables } from '../tables.ts';

/**
 * Brings the database up to date. Several processes may do so at the same time: one works and the others wait.
 * Rejects with the migration that failed.
 */
export async function migrate(
  db: Kysely<Tables>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
