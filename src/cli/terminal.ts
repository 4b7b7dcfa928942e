import type { Writable } from 'node:stream';

/** What a command may touch of the process that runs it. `main.ts` hands it over; tests hand over their own. */
export interface Terminal {
  /** Answers, and nothing else. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  /** Progress and messages for people. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Exit status of the process once everything is said: 0 done, 1 something failed, 2 called wrongly. */
  setStatus(status: 0 | 1 | 2): void;
  readonly now: () => Date;
  /** Resolves when the process is asked to stop. Until it is called, such a request ends the process at once. */
  stopAsked(): Promise<void>;
}

/** The command was called wrongly, or what it was pointed at is not there: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * For `catch`: the call is at fault, and the error's own words say why. Errors of another class than the one given pass
 * through.
 */
export function asUsageError(kind: abstract new (...args: never[]) => Error = Error) {
  return (cause: unknown): never => {
    if (!(cause instanceof kind)) throw cause;
    throw new UsageError(cause.message, { cause });
  };
}

/** Writes a line, and waits while the reader is slower than the writer. */
export async function writeLine(stream: Writable, text: string): Promise<void> {
  if (stream.write(`${text}\n`) || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', resolve);
  });
}
