import { type Kysely, type Migration, Migrator } from 'kysely';
import type { Tables } from './tables.ts';

// The database's history, oldest first. A migration that has been released is never changed: add another.

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-predictions': {
    async up(db) {
      await db.schema
        .createTable('predictions')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('created', 'text', (column) => column.notNull())
        .addColumn('request_id', 'text', (column) => column.notNull())
        .addColumn('route', 'text', (column) => column.notNull())
        .addColumn('client_address', 'text', (column) => column.notNull())
        .addColumn('client_key_id', 'text')
        .addColumn('client_user_agent', 'text')
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('error_code', 'text')
        .addColumn('file', 'text')
        .addColumn('bytes', 'integer')
        .addColumn('sha256', 'text')
        .addColumn('format', 'text')
        .addColumn('width', 'integer')
        .addColumn('height', 'integer')
        .addColumn('verdict', 'text')
        .addColumn('p_open', 'double precision')
        .addColumn('confidence', 'double precision')
        .addColumn('bottles', 'text')
        .addColumn('model', 'text')
        .addColumn('decode_ms', 'double precision')
        .addColumn('infer_ms', 'double precision')
        .addColumn('total_ms', 'double precision')
        .execute();
      // The id sorts by time, so it serves as the second column of every index: filter, newest first, next page.
      for (const column of ['created', 'verdict', 'model', 'client_address', 'outcome']) {
        const index = db.schema.createIndex(`predictions_by_${column}`).on('predictions');
        await index.columns([column, 'id']).execute();
      }
    },
  },
  '0002-feedback': {
    async up(db) {
      await db.schema
        .createTable('feedback')
        .addColumn('prediction', 'text', (column) => column.primaryKey().references('predictions.id'))
        .addColumn('label', 'text', (column) => column.notNull())
        .addColumn('comment', 'text')
        .addColumn('created', 'text', (column) => column.notNull())
        .execute();
    },
  },
};

/** Brings the database up to date; each migration is one transaction. Rejects with the one that failed. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
