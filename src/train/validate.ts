// The figures that a recipe may claim: every source is left out once by a run of its own, and all of that again
// with another seed, which deals the sources anew and draws everything else anew too.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crossFit, splitOf } from '../evaluate/decision.ts';
import { readMeasured } from '../evaluate/measured.ts';
import type { Results } from '../evaluate/results.ts';
import { readResults, writeEvaluation } from '../evaluate/write-evaluation.ts';
import { type HoldOut, type Recipe, RUN_FILE, RUN_FOLDERS, runKey, type TrainOptions } from './train.ts';

export interface ValidateOptions extends Omit<TrainOptions, 'holdOut' | 'heldOutElsewhere'> {
  readonly by: HoldOut['by'];
  readonly folds: number;
  readonly seeds: readonly number[];
  /** Parts at the same time. */
  readonly jobs: number;
}

export interface Part {
  readonly seed: number;
  readonly holdOut: HoldOut;
  /** Where its run is to be. */
  readonly folder: string;
}

export interface ValidatePorts {
  /** Of all parts. */
  readonly folder: string;
  /**
   * Trains a part as `train` does, and returns early when `signal` is aborted. Parts that are to run at the same time
   * want processes of their own: the engine computes in the thread that calls it.
   */
  readonly trainPart: (part: Part) => Promise<void>;
  readonly signal: AbortSignal;
}

/** One seed's rows, every picture answered by the run that left its source out, decisions cross-fitted. */
export interface Validation {
  readonly seed: number;
  readonly results: Results;
}

/**
 * Runs what is missing and returns one result a seed, or null when it was stopped; called again it goes on.
 * `seed-N/part-K` of the folder is the run that left part K out; `seed-N` holds that seed's report, and its raw
 * rows in `raw`, from which a model that trains on everything can take its decisions.
 */
export async function validate(options: ValidateOptions, ports: ValidatePorts): Promise<Validation[] | null> {
  const { seeds, folds, by } = options;
  const waiting = seeds.flatMap((seed) =>
    Array.from({ length: folds }, (_, fold): Part => {
      const folder = partFolder(ports.folder, seed, fold);
      return { seed, holdOut: { by, fold, folds, seed }, folder };
    }),
  );
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !ports.signal.aborted; next = waiting.shift()) {
      await finish(next, options, ports);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  if (ports.signal.aborted) return null;
  return Promise.all(seeds.map((seed) => gather(options, seed, ports)));
}

const partFolder = (folder: string, seed: number, fold: number): string =>
  join(folder, `seed-${seed}`, `part-${fold}`);

async function finish(
  part: Part,
  options: ValidateOptions,
  { trainPart, signal }: ValidatePorts,
): Promise<void> {
  const wanted = runKey({ ...options, recipe: withSeed(options.recipe, part.seed), holdOut: part.holdOut });
  const isFinished = async (): Promise<boolean> =>
    (await readFile(join(part.folder, RUN_FILE), 'utf8').catch(() => '')) === wanted;
  if (await isFinished()) return;
  await trainPart(part);
  if (!signal.aborted && !(await isFinished()))
    throw new Error(`${part.folder} holds another run than it should`);
}

export function withSeed(recipe: Recipe, seed: number): Recipe {
  return recipe.arch === 'mouth'
    ? { ...recipe, settings: { ...recipe.settings, seed } }
    : { ...recipe, settings: { ...recipe.settings, seed } };
}

async function gather(
  { samples, folds, name }: ValidateOptions,
  seed: number,
  { folder }: ValidatePorts,
): Promise<Validation> {
  const parts = await Promise.all(
    Array.from({ length: folds }, (_, fold) =>
      readResults(join(partFolder(folder, seed, fold), RUN_FOLDERS.raw, 'results.json')),
    ),
  );
  const split = `whole sources left out, each once in ${folds} runs, seed ${seed}`;
  const raw = { ...parts[0], name, split, rows: parts.flatMap(({ rows }) => rows) };
  const fitted = crossFit(raw.rows);
  const results = { ...raw, split: splitOf(split, fitted), rows: fitted.rows };
  const paths = new Map(samples.map(({ file, path }) => [file, path]));
  const pathOf = (file: string): string => paths.get(file) ?? file;
  const home = join(folder, `seed-${seed}`);
  await writeEvaluation(join(home, RUN_FOLDERS.raw), { results: raw, pathOf, mistakes: 0 });
  await writeEvaluation(home, { results, references: await readMeasured(), pathOf });
  return { seed, results };
}
