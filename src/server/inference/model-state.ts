import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

const State = Type.Object({
  champion: Type.String(),
  previous: Type.Union([Type.String(), Type.Null()]),
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
  return text === undefined ? undefined : Value.Parse(State, JSON.parse(text));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whoever reads sees the old state or the new one, never half of it. */
export async function writeModelState(dataDir: string, state: ModelState): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(state)}\n`);
  await rename(`${path}.new`, path);
}
