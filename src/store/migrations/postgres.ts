import { type Migration, sql } from 'kysely';

// The PostgreSQL database's history, oldest first. A migration that has been released is never changed: add another.

export const POSTGRES_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-start': {
    async up(db) {
      // Months are partitions, so that forgetting one is dropping a table. A key over partitions has their column.
      await sql`
        create table predictions (
          id uuid not null,
          created timestamptz not null,
          request_id text not null,
          route text not null,
          client_address text not null,
          client_key_id text,
          client_user_agent text,
          outcome text not null,
          error_code text,
          file text,
          bytes bigint,
          sha256 text,
          format text,
          width integer,
          height integer,
          verdict text,
          p_open double precision,
          confidence double precision,
          bottles jsonb,
          model text,
          decode_ms double precision,
          infer_ms double precision,
          total_ms double precision,
          cached smallint,
          primary key (id, created)
        ) partition by range (created)`.execute(db);
      // Whatever has no month of its own: the past that comes late, and a clock that runs ahead.
      await sql`create table predictions_default partition of predictions default`.execute(db);
      await sql`create index predictions_by_created on predictions (created, id)`.execute(db);
      for (const column of ['verdict', 'model', 'client_address', 'outcome']) {
        const [name, on] = [sql.ref(`predictions_by_${column}`), sql.ref(column)];
        await sql`create index ${name} on predictions (${on}, created, id)`.execute(db);
      }
      await sql`
        create index predictions_by_confidence on predictions (confidence, id) where confidence is not null`.execute(
        db,
      );
      await sql`
        create table feedback (
          prediction uuid primary key,
          label text not null,
          comment text,
          created timestamptz not null,
          reviewed smallint not null
        )`.execute(db);
      await sql`create index feedback_by_created on feedback (created, prediction)`.execute(db);
      await sql`
        create table api_keys (
          id uuid primary key,
          name text not null,
          prefix text not null,
          hash text not null unique,
          scopes text not null,
          per_minute integer,
          created timestamptz not null,
          expires timestamptz,
          revoked timestamptz,
          last_used timestamptz
        )`.execute(db);
    },
  },
  '0002-brightness': {
    async up(db) {
      // Without a default no row is written anew; servers of the version before leave it null.
      await sql`alter table predictions add column brightness double precision`.execute(db);
    },
  },
};
