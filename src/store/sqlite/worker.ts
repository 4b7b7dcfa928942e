import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { CLOSE, type Failure, type Opening, type Reply, type Request, type Result } from './messages.ts';

// The thread that owns a connection to SQLite: waiting for the disk holds up nobody but those who asked.

/** Compiled statements kept. Groups of appends come in all sizes, each of them a statement of its own. */
const STATEMENTS = 64;

const PATIENCE_MS = 5_000;
const PAUSE_MS = 20;
const SQLITE_BUSY = 5;

const port = parentPort;
if (!port) throw new Error('This file is run as a worker thread');
// What starts this thread is thread.ts, in the same version of the program.
const { path, readOnly }: Opening = workerData;
const database = open();
const statements = new Map<string, StatementSync>();

port.on('message', (message: Request | typeof CLOSE) => {
  if (message === CLOSE) {
    database.close();
    port.close();
    return;
  }
  const { number, sql, parameters } = message;
  const reply: Reply = { number, result: answer(sql, parameters) };
  port.postMessage(reply);
});

function open(): DatabaseSync {
  const opened = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: PATIENCE_MS });
  // Readers never wait for the writer, and a commit is on the disk before it is reported.
  insist(() =>
    opened.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; SELECT count(*) FROM sqlite_schema'),
  );
  if (readOnly) opened.exec('PRAGMA query_only = ON');
  return opened;
}

/** When several start together one turns a new file to WAL, and SQLite tells the others at once that it is locked. */
function insist(action: () => void): void {
  for (let left = PATIENCE_MS / PAUSE_MS; ; left -= 1) {
    try {
      action();
      return;
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
      if (!isBusy || left <= 0) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function answer(sql: string, parameters: Request['parameters']): Result | Failure {
  try {
    return run(compiled(sql), parameters);
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
    return { message: error instanceof Error ? error.message : String(error), code };
  }
}

function compiled(sql: string): StatementSync {
  const known = statements.get(sql);
  const statement = known ?? database.prepare(sql);
  // Again at the end: the one that has not been used for longest is the first.
  statements.delete(sql);
  statements.set(sql, statement);
  const [oldest] = statements.keys();
  if (statements.size > STATEMENTS && oldest !== undefined) statements.delete(oldest);
  return statement;
}

function run(statement: StatementSync, parameters: Request['parameters']): Result {
  if (statement.columns().length > 0) return { rows: statement.all(...parameters), changes: 0 };
  return { rows: [], changes: Number(statement.run(...parameters).changes) };
}
