// A server program of this machine's packages, for as long as a run lasts.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { listening } from './listening.ts';

/** Where Debian puts servers' programs is not on everybody's path. */
const PLACES = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** The program's path, or undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  return PLACES.map((folder) => join(folder, name)).find(existsSync);
}

export interface Program {
  stop(): Promise<void>;
}

/** Resolves once it listens on the port; rejects with what it said when it ends before. */
export async function startProgram(
  command: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const [file = '', ...parameters] = command;
  const child = spawn(file, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${command.join(' ')} ended:\n${said.join('')}`);
  });
  await listening(port, ended);
  ended.catch(() => {});
  return { stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
