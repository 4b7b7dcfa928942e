import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type SqliteDatabase, SqliteDialect } from 'kysely';

// Kysely speaks to better-sqlite3; this lends Node's own SQLite the few methods of it that Kysely calls.

export function nodeSqliteDialect(path: string): SqliteDialect {
  return new SqliteDialect({ database: async () => open(path) });
}

function open(path: string): SqliteDatabase {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5_000 });
  // Readers never wait for the writer, and a commit is on the disk before it is reported.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(toSql)),
        run: (parameters) => statement.run(...parameters.map(toSql)),
        iterate: (parameters) => statement.iterate(...parameters.map(toSql)),
      };
    },
  };
}

function toSql(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    return value;
  }
  throw new TypeError(`SQLite has no type for ${typeof value}`);
}
