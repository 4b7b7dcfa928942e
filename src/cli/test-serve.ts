import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// For tests: `tampinha serve` as a process of its own, with its workers.

export interface Serving {
  readonly url: string;
  /** To the server and its workers alike, as a terminal and some service managers do. */
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit status. */
  readonly ended: Promise<number | null>;
}

/** Resolves when it says where it answers. */
export async function startServing(settings: Readonly<Record<string, string>>): Promise<Serving> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'serve'], {
    // Nothing of the environment around the tests: a setting there would change what they see.
    env: { PORT: '0', LOG_LEVEL: 'silent', ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A process group of its own.
    detached: true,
  });
  const ended = once(child, 'close').then(() => child.exitCode);
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (url) return { url, ended, signal: (name) => signalGroup(child.pid, name) };
    said.push(line);
  }
  throw new Error(`The server did not start:\n${said.join('\n')}`);
}

/** One that has ended needs no signal. */
function signalGroup(leader: number | undefined, name: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
