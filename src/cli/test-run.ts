import { Writable } from 'node:stream';
import { runProgram } from './program.ts';

// For tests: a command as the command line runs it, with an environment and a clock of its own.

export interface Run {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: Date;
  /** When the run is asked to stop: at once unless told otherwise, for what would go on for ever. */
  readonly stopAsked?: Promise<void>;
}

/** What it says on both streams, and its exit status. */
export async function run(
  args: readonly string[],
  { env = {}, now = new Date(0), stopAsked = Promise.resolve() }: RunOptions = {},
): Promise<Run> {
  const ran = { out: '', err: '', status: 0 };
  const keep = (stream: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        ran[stream] += chunk;
        done();
      },
    });
  await runProgram(args, {
    ...{ stdout: keep('out'), stderr: keep('err'), env, now: () => now },
    setStatus: (status) => {
      ran.status = status;
    },
    stopAsked: () => stopAsked,
  });
  return ran;
}
