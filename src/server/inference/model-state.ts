import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
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

/** What was activated last, so that a restart answers with the same model; at first, what the settings say. */
export async function readModelState(dataDir: string, configured: string): Promise<ModelState> {
  const state = await readFile(join(dataDir, FILE), 'utf8').then(
    (text) => Value.Parse(State, JSON.parse(text)),
    () => undefined,
  );
  return state?.configured === configured ? state : { champion: configured, previous: null, configured };
}

/** Whoever reads sees the old state or the new one, never half of it. */
export async function writeModelState(dataDir: string, state: ModelState): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(state)}\n`);
  await rename(`${path}.new`, path);
}
