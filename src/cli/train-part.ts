// One part of a validation as a process of its own: the same program, called as anyone would call `train`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Part } from '../train/validate.ts';
import { type Terminal, UsageError } from './terminal.ts';
import type { TrainingOptions } from './training-options.ts';

const MAIN = resolve(import.meta.dirname, 'main.ts');

/** Trains a part to its end, or until `signal` asks it to stop; what it reports goes on with the part's name. */
export async function trainPart(
  { seed, holdOut: { by, fold, folds }, folder }: Part,
  options: TrainingOptions,
  { stderr, env }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const which = ['--seed', seed, '--hold-out', `${by}:${fold}/${folds}`, '--out', folder].map(String);
  const child = spawn(process.execPath, [MAIN, 'train', ...argumentsOf(options), ...which], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const name = `seed ${seed}, part ${fold + 1}`;
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    stderr.write(`${name}: ${line}\n`);
  });
  const stop = () => child.kill('SIGINT');
  signal.addEventListener('abort', stop);
  const [status] = await once(child, 'close');
  signal.removeEventListener('abort', stop);
  const lastWord = (said.at(-1) ?? 'ended without a word').replace(/^tampinha: /, '');
  if (status !== 0 && !signal.aborted) throw new UsageError(`${name}: ${lastWord}`);
}

function argumentsOf({ data, with: extra, arch, name, ...rest }: TrainingOptions): string[] {
  const { annotations, start, only, steps, epochs, threads, workers, cache } = rest;
  const known = {
    data,
    arch,
    name,
    annotations,
    start,
    only,
    steps: steps?.join(),
    epochs,
    threads,
    workers,
    cache,
  };
  const pairs = Object.entries(known).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option}`, String(value)],
  );
  return extra ? [...pairs, '--with', ...extra] : pairs;
}
