// Servers under load, each a process of its own on the same cores, and what they take of the machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROJECT = resolve(import.meta.dirname, '../..');
/** Debian's, which has Flask and PyTorch as packages. */
const PYTHON = '/usr/bin/python3';
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

export interface Target {
  readonly url: string;
  readonly pid: number;
  /** Processor seconds that the process and its children have taken. */
  cpuSeconds(): number;
  /** Memory that they hold now. */
  residentBytes(): number;
  /** Resolves with the exit status. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export interface TampinhaOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Kept after the end. Without it a temporary one. */
  readonly dataDir?: string;
}

/** This project's server as `npm start` runs it, its log thrown away. */
export async function startTampinha({ env, dataDir }: TampinhaOptions = {}): Promise<Target> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'tampinha-load-')));
  const settings = { PORT: '0', DATA_DIR: folder, ...env };
  const target = await start(process.execPath, [join(PROJECT, 'src/cli/main.ts'), 'serve'], settings);
  return {
    ...target,
    async stop(signal) {
      const status = await target.stop(signal);
      if (!dataDir) await rm(folder, { recursive: true, force: true });
      return status;
    },
  };
}

/** The same decoder and model behind Fastify, as one would write it in an afternoon: no queue, no workers, no log. */
export function startPlain(): Promise<Target> {
  return start(process.execPath, [join(import.meta.dirname, 'plain-server.ts')]);
}

/** The seed's way: its network in PyTorch behind Flask's own server. */
export function startFlask(): Promise<Target> {
  return start(PYTHON, [join(import.meta.dirname, 'flask_seed.py')]);
}

/** Resolves when the program says where it answers. */
async function start(program: string, args: string[], env: Record<string, string> = {}): Promise<Target> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'exit');
  const said: string[] = [];
  const url = new Promise<string>((found, refuse) => {
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      const [where] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (where) found(where);
    });
    child.once('exit', () => refuse(new Error(`${program} ${args.join(' ')} ended:\n${said.join('\n')}`)));
  });
  const pid = child.pid ?? 0;
  return {
    url: await url,
    pid,
    cpuSeconds: () => cpuSecondsOfFamily(pid),
    residentBytes: () => sum(familyOf(pid).map(residentBytesOf)),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** Of a process and its children, those that have ended included. */
export function cpuSecondsOfFamily(pid: number): number {
  return sum(familyOf(pid).map(cpuSecondsOf));
}

/** Of a process alone. */
export const ownCpuSeconds = (pid: number): number => cpuSecondsIn(pid, [11, 12]);

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function familyOf(pid: number): number[] {
  const parents = readdirSync('/proc').flatMap((name) => {
    const process = Number(name);
    const stat = Number.isInteger(process) ? fieldsOf(process) : undefined;
    return stat ? [{ process, parent: Number(stat[1]) }] : [];
  });
  const childrenOf = (parent: number): number[] =>
    parents.flatMap((one) => (one.parent === parent ? [one.process, ...childrenOf(one.process)] : []));
  return [pid, ...childrenOf(pid)];
}

/** Of /proc/PID/stat, what follows the name: state, parent, … */
function fieldsOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Its own and that of its children that have ended. */
const cpuSecondsOf = (pid: number): number => cpuSecondsIn(pid, [11, 12, 13, 14]);

function cpuSecondsIn(pid: number, ticks: readonly number[]): number {
  const fields = fieldsOf(pid) ?? [];
  return sum(ticks.map((field) => Number(fields[field] ?? 0))) / TICKS_PER_SECOND;
}

function residentBytesOf(pid: number): number {
  return Number(fieldsOf(pid)?.[21] ?? 0) * PAGE_BYTES;
}
