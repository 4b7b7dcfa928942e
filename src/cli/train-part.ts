// One part of a validation as a process of its own: the same program, called as anyone would call `train`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Part } from '../train/validate.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { type TrainingOptions, trainingArguments } from './training-options.ts';

const MAIN = resolve(import.meta.dirname, 'main.ts');

/** Trains a part to its end, or until `signal` asks it to stop; what it reports goes on with the part's name. */
export async function trainPart(
  { seed, holdOut: { by, fold, folds }, folder }: Part,
  options: TrainingOptions,
  { stderr, env }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const which = ['--seed', seed, '--hold-out', `${by}:${fold}/${folds}`, '--out', folder].map(String);
  const child = spawn(process.execPath, [MAIN, 'train', ...trainingArguments(options), ...which], {
    env,
    // The channel carries nothing: that it closes asks the part to stop, and it closes with this process too. A signal
    // would be the second one where a terminal has sent one to both, and a second one ends a process at once.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const name = `seed ${seed}, part ${fold + 1}`;
  const said: string[] = [];
  const lines = child.stderr && createInterface({ input: child.stderr });
  lines?.on('line', (line) => {
    said.push(line);
    stderr.write(`${name}: ${line}\n`);
  });
  const stop = () => {
    if (child.connected) child.disconnect();
  };
  signal.addEventListener('abort', stop);
  // Not the child's own 'close', which never comes once this side has closed the channel.
  const [[status]] = await Promise.all([once(child, 'exit'), lines && once(lines, 'close')]);
  signal.removeEventListener('abort', stop);
  const lastWord = (said.at(-1) ?? 'ended without a word').replace(/^tampinha: /, '');
  if (status !== 0 && !signal.aborted) throw new UsageError(`${name}: ${lastWord}`);
}
