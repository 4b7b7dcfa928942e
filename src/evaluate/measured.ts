// What was measured of networks that are too large to bundle, the seed project's first of all: docs/results.
// Every report and the README show it beside the model's own figures.

import { glob, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { Metrics } from '../model/card.ts';

/** The part of a card that says how good a network is. */
export const Measured = Type.Object({
  name: Type.String(),
  id: Type.Optional(Type.String()),
  metrics: Type.Array(Metrics),
});
export type Measured = Static<typeof Measured>;

export const RESULTS_FOLDER = resolve(import.meta.dirname, '../../docs/results');

/** Every file of the folder, sorted by name; none where there is no such folder. */
export async function readMeasured(folder = RESULTS_FOLDER): Promise<Measured[]> {
  const names: string[] = [];
  for await (const name of glob('*.json', { cwd: folder })) names.push(name);
  return Promise.all(
    names
      .sort()
      .map(async (name) => Value.Parse(Measured, JSON.parse(await readFile(join(folder, name), 'utf8')))),
  );
}
