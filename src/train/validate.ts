// The figures that a recipe may claim: every source is left out once by a run of its own, and all of that again
// with another seed, which deals the sources anew and draws everything else anew too.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crossFit } from '../evaluate/decision.ts';
import { readMeasured } from '../evaluate/measured.ts';
import type { Results } from '../evaluate/results.ts';
import { readResults, writeEvaluation } from '../evaluate/write-evaluation.ts';
import { MOUTH_ARCHITECTURE } from './mouth-architecture.ts';
import type { RunPorts } from './run-ports.ts';
import { type HoldOut, type Recipe, RUN_FOLDERS, type TrainOptions, train } from './train.ts';
import { SEED_ARCHITECTURE } from './train-seed-cnn.ts';

export interface ValidateOptions extends Omit<TrainOptions, 'holdOut' | 'heldOutElsewhere'> {
  readonly by: HoldOut['by'];
  readonly folds: number;
  readonly seeds: readonly number[];
  /** Runs at the same time; each on its share of the cores. */
  readonly jobs: number;
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
export async function validate(options: ValidateOptions, ports: RunPorts): Promise<Validation[] | null> {
  const { seeds, folds, by } = options;
  const runs = seeds.flatMap((seed) =>
    Array.from({ length: folds }, (_, fold) => ({ seed, holdOut: { by, fold, folds, seed } })),
  );
  const waiting = [...runs];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !ports.signal.aborted; next = waiting.shift()) {
      await runOne(options, next.seed, next.holdOut, ports);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  if (ports.signal.aborted) return null;
  return Promise.all(seeds.map((seed) => gather(options, seed, ports)));
}

const partFolder = (folder: string, seed: number, fold: number): string =>
  join(folder, `seed-${seed}`, `part-${fold}`);

async function runOne(
  { recipe, ...options }: ValidateOptions,
  seed: number,
  holdOut: HoldOut,
  ports: RunPorts,
): Promise<void> {
  const folder = partFolder(ports.folder, seed, holdOut.fold);
  const seeded = withSeed(recipe, seed);
  // How it looks counts as well: other zooms are measured again, without training again.
  const looks = recipe.arch === 'mouth' ? MOUTH_ARCHITECTURE : SEED_ARCHITECTURE;
  const wanted = JSON.stringify({
    settings: seeded.settings,
    looks,
    start: recipe.arch === 'mouth' ? recipe.start.from : null,
    holdOut,
    data: options.manifestSha256,
    extra: options.extra.map(({ samples }) => samples.length),
  });
  if ((await readFile(join(folder, 'run.json'), 'utf8').catch(() => '')) === wanted) return;
  const onProgress: RunPorts['onProgress'] = (stage, done, of, loss) =>
    ports.onProgress(`seed ${seed}, part ${holdOut.fold + 1}: ${stage}`, done, of, loss);
  const card = await train(
    { ...options, recipe: seeded, holdOut, heldOutElsewhere: [] },
    { ...ports, folder, onProgress },
  );
  if (card) await writeFile(join(folder, 'run.json'), wanted);
}

function withSeed(recipe: Recipe, seed: number): Recipe {
  return recipe.arch === 'mouth'
    ? { ...recipe, settings: { ...recipe.settings, seed } }
    : { ...recipe, settings: { ...recipe.settings, seed } };
}

async function gather(
  { samples, folds, name }: ValidateOptions,
  seed: number,
  { folder }: RunPorts,
): Promise<Validation> {
  const parts = await Promise.all(
    Array.from({ length: folds }, (_, fold) =>
      readResults(join(partFolder(folder, seed, fold), RUN_FOLDERS.raw, 'results.json')),
    ),
  );
  const split = `whole sources left out, each once in ${folds} runs, seed ${seed}`;
  const raw = { ...parts[0], name, split, rows: parts.flatMap(({ rows }) => rows) };
  const results = { ...raw, rows: crossFit(raw.rows) };
  const paths = new Map(samples.map(({ file, path }) => [file, path]));
  const pathOf = (file: string): string => paths.get(file) ?? file;
  const home = join(folder, `seed-${seed}`);
  await writeEvaluation(join(home, RUN_FOLDERS.raw), { results: raw, pathOf, mistakes: 0 });
  await writeEvaluation(home, { results, references: await readMeasured(), pathOf });
  return { seed, results };
}
