import { type Migration, sql } from 'kysely';

// The SQLite database's history, oldest first. A migration that has been released is never changed: add another.

export const SQLITE_MIGRATIONS: Readonly<Record<string, Migration>> = {
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
  '0003-api-keys': {
    async up(db) {
      await db.schema
        .createTable('api_keys')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('prefix', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull().unique())
        .addColumn('scopes', 'text', (column) => column.notNull())
        .addColumn('per_minute', 'integer')
        .addColumn('created', 'text', (column) => column.notNull())
        .addColumn('expires', 'text')
        .addColumn('revoked', 'text')
        .addColumn('last_used', 'text')
        .execute();
    },
  },
  '0004-insights': {
    async up(db) {
      await db.schema.alterTable('predictions').addColumn('cached', 'integer').execute();
      await db.schema
        .alterTable('feedback')
        .addColumn('reviewed', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema
        .createIndex('feedback_by_created')
        .on('feedback')
        .columns(['created', 'prediction'])
        .execute();
      await db.schema
        .createIndex('predictions_by_confidence')
        .on('predictions')
        .columns(['confidence', 'id'])
        .where(sql.ref('confidence'), 'is not', null)
        .execute();
      // Newest first means by time, also for an entry that was written late.
      for (const column of ['verdict', 'model', 'client_address', 'outcome']) {
        await db.schema.dropIndex(`predictions_by_${column}`).execute();
        const index = db.schema.createIndex(`predictions_by_${column}`).on('predictions');
        await index.columns([column, 'created', 'id']).execute();
      }
    },
  },
  '0005-brightness': {
    async up(db) {
      await db.schema.alterTable('predictions').addColumn('brightness', 'double precision').execute();
    },
  },
};
