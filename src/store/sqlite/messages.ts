import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

// What the thread that owns the database and its clients say to one another.

export interface Opening {
  readonly path: string;
  /** For a thread that only reads. */
  readonly readOnly: boolean;
}

export interface Request {
  readonly number: number;
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

export interface Reply {
  /** Of the request. */
  readonly number: number;
  readonly result: Result | Failure;
}

export interface Result {
  readonly rows: Record<string, SQLOutputValue>[];
  readonly changes: number;
}

/** An error loses what it carries on its way between threads, so it goes as data. */
export interface Failure {
  readonly message: string;
  /** SQLite's extended result code; 0 when the failure is not SQLite's. */
  readonly code: number;
}

/** Sent instead of a request when no more will come. */
export const CLOSE = 'close';
