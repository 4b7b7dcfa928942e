import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { Nullable } from '../../contract/schema.ts';
import { replaceDurably } from '../write-durably.ts';

const State = Type.Object({
  champion: Type.String(),
  previous: Nullable(Type.String()),
  /** What the settings said then. When they say something else, they have been changed since and count. */
  configured: Type.String(),
});
export type ModelState = Static<typeof State>;

const FILE = 'models.json';

/**
 * What was activated last, so that a restart answers with the same model; at first, what the settings say. Read at once:
 * a server that starts would otherwise load all of itself before it comes back to this and starts its processes.
 */
export function readModelState(dataDir: string, configured: string): ModelState {
  const state = lastState(join(dataDir, FILE));
  return state?.configured === configured ? state : { champion: configured, previous: null, configured };
}

function lastState(path: string): ModelState | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return Value.Parse(State, JSON.parse(text));
  } catch (error) {
    // A server that answers with the model of its settings is better than one that does not start.
    process.emitWarning(`${path} cannot be read, so the model of the settings answers: ${String(error)}`);
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

export async function writeModelState(dataDir: string, state: ModelState): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await replaceDurably(join(dataDir, FILE), `${JSON.stringify(state)}\n`);
}
