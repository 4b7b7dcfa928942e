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
}

/** What it says on both streams, and its exit status. */
export async function run(
  args: readonly string[],
  { env = {}, now = new Date(0) }: RunOptions = {},
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
    stopAsked: () => Promise.resolve(),
  });
  return ran;
}
