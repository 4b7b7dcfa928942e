import type { SQLInputValue } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { CLOSE, type Opening, type Reply, type Request, type Result } from './messages.ts';

/** An error of SQLite, with its extended result code; 0 when the thread itself is gone. */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';
  readonly resultCode: number;

  constructor(message: string, resultCode: number) {
    super(message);
    this.resultCode = resultCode;
  }
}

type Waiting = ReturnType<typeof Promise.withResolvers<Result>>;

/** A connection to SQLite that lives in a thread of its own, begun when first used and again after it has died. */
export class SqliteThread {
  readonly #opening: Opening;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #number = 0;

  constructor(opening: Opening) {
    this.#opening = opening;
  }

  query(sql: string, parameters: readonly unknown[]): Promise<Result> {
    this.#number += 1;
    const request: Request = { number: this.#number, sql, parameters: parameters.map(toSql) };
    const waiting = Promise.withResolvers<Result>();
    this.#waiting.set(request.number, waiting);
    this.#worker ??= this.#start();
    // A process with nothing else to do ends while nobody waits for an answer.
    this.#worker.ref();
    this.#worker.postMessage(request);
    return waiting.promise;
  }

  /** Resolves when what was asked before has been answered and the database is closed. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    worker.once('exit', () => resolve());
    worker.ref();
    worker.postMessage(CLOSE);
    await promise;
  }

  #start(): Worker {
    // Not with what this process was started with: `node -e` would hand on flags that no thread takes.
    const options = { workerData: this.#opening, execArgv: [] };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), options);
    let cause = 'The thread of the database ended';
    worker.on('message', (reply: Reply) => this.#settle(worker, reply));
    worker.on('error', (error) => {
      cause = String(error);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(new SqliteError(cause, 0));
      this.#waiting.clear();
    });
    return worker;
  }

  #settle(worker: Worker, { number, result }: Reply): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) worker.unref();
    if ('rows' in result) waiting?.resolve(result);
    else waiting?.reject(new SqliteError(result.message, result.code));
  }
}

function toSql(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    return value;
  }
  throw new TypeError(`SQLite has no type for ${typeof value}`);
}
