// What `train` and `validate` have in common: which pictures, which recipe.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Sample } from '../dataset/index.ts';
import type { HoldOut, Recipe, TrainOptions } from '../train/train.ts';
import { defaultModelFolder } from './default-model.ts';
import { readAnnotations } from './read-annotations.ts';
import { readSamples } from './read-samples.ts';
import { type Terminal, UsageError } from './terminal.ts';

export interface TrainingOptions {
  readonly data: string;
  readonly with?: string[];
  readonly out: string;
  readonly arch: 'mouth' | 'seed-cnn';
  readonly name: string;
  readonly annotations?: string;
  readonly start?: string;
  readonly only?: string;
  readonly steps?: [finder: number, reader: number];
  readonly epochs: number;
  readonly threads: number;
  readonly workers: number;
  readonly cache: string;
}

const REPOSITORY = resolve(import.meta.dirname, '../..');

export function addTrainingOptions(command: Command): Command {
  return command
    .requiredOption('--data <dir>', 'open/, closed/, none/ (or aberta/, fechada/), or a manifest.csv')
    .option(
      '--with <dirs...>',
      'folders to learn from as well and never to hold out, such as rendered frames; their annotations.csv counts',
    )
    .requiredOption('--out <dir>', 'folder of what comes out; a stopped run goes on from it')
    .addOption(new Option('--arch <name>', 'network').choices(['mouth', 'seed-cnn']).default('mouth'))
    .option('--name <name>', 'name on the card', 'default')
    .option(
      '--annotations <file>',
      "clicked mouths (default: the folder's annotations.csv, else annotations/mouths.csv)",
    )
    .option(
      '--start <from>',
      'mouth: pretrained, or the folder of a model to go on from (default: pretrained where mouths were clicked, else the bundled model)',
    )
    .option('--only <prefix>', 'only pictures whose group begins so')
    .option('--steps <finder,reader>', 'mouth: training steps of both networks', pair)
    .option('--epochs <n>', 'seed-cnn: epochs', integer, 10)
    .option('--threads <n>', 'threads of the engine, 0 for all cores', integer, 0)
    .option('--workers <n>', 'threads that make batches', integer, 2)
    .option('--cache <dir>', 'decoded pictures, shared by all runs', join('.cache', 'decoded'));
}

export type Show = (stage: string, done: number, of: number, loss: number | null) => void;

export type Prepared = Omit<TrainOptions, 'holdOut' | 'heldOutElsewhere'>;

/** Reads folders and recipe. Throws a UsageError for what cannot be trained on. */
export async function prepareTraining(
  options: TrainingOptions,
  seed: number,
  terminal: Terminal,
  show: Show,
): Promise<Prepared> {
  const { identify, manifestHash, regroup } = await import('../dataset/index.ts');
  const { samples: all, annotations } = await readFolder(options.data, options.annotations);
  const chosen = all.filter(({ group }) => group.startsWith(options.only ?? ''));
  if (chosen.length === 0)
    throw new UsageError(`${options.data}: no picture has a group that begins with ${options.only}`);
  const identities = await identify(chosen, (done) => show('compare', done, chosen.length, null));
  const readable = new Set(
    identities.filter(({ error }) => error === undefined).map(({ sample }) => sample.file),
  );
  // Geometry is learned from clicked mouths only: without any, the bundled model brings what it has learned.
  const extra = await Promise.all((options.with ?? []).map((folder) => readFolder(folder)));
  const clicked = [{ samples: chosen, annotations }, ...extra].some((part) =>
    part.samples.some(({ file }) => part.annotations.has(file)),
  );
  const start = options.start ?? (clicked ? 'pretrained' : defaultModelFolder(terminal));
  return {
    recipe: await recipeOf(options, seed, start),
    name: options.name,
    created: terminal.now().toISOString(),
    samples: regroup(identities).samples.filter(({ file }) => readable.has(file)),
    manifestSha256: manifestHash(identities),
    annotations,
    extra,
    golden: await readGolden(),
  };
}

async function readFolder(folder: string, annotations?: string) {
  return {
    samples: await readSamples(folder),
    annotations: await readAnnotations(folder, annotations),
  };
}

async function recipeOf(
  { arch, steps, epochs }: TrainingOptions,
  seed: number,
  from: string,
): Promise<Recipe> {
  if (arch === 'seed-cnn') {
    const { SEED_CNN_SETTINGS } = await import('../train/train-seed-cnn.ts');
    return { arch, settings: { ...SEED_CNN_SETTINGS, seed, epochs } };
  }
  const { MOUTH_SETTINGS } = await import('../train/train-mouth.ts');
  const { pretrainedStart } = await import('../train/mouth-start.ts');
  const [finderSteps, readerSteps] = steps ?? [MOUTH_SETTINGS.finderSteps, MOUTH_SETTINGS.readerSteps];
  const start = from === 'pretrained' ? await pretrainedStart() : await startFromModel(from);
  return { arch, settings: { ...MOUTH_SETTINGS, seed, finderSteps, readerSteps }, start };
}

async function startFromModel(folder: string) {
  const { readMouthWeights } = await import('../engine/artefact.ts');
  const { finder, reader, card } = await readMouthWeights(folder).catch((cause: unknown) => {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  });
  return { finder, reader, from: `model ${card.name} ${card.id}`, licences: card.licences };
}

/** Rendered by the project, one of each kind; they travel inside golden.json. */
const GOLDEN = ['open-1.jpg', 'closed-1.jpg', 'several-1.jpg', 'none-1.jpg'];

async function readGolden(): Promise<Prepared['golden']> {
  const folder = join(REPOSITORY, 'samples');
  return Promise.all(GOLDEN.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

/** Leaving whole sources out is the honest test; a folder of one's own has only one. */
export function defaultHoldOut(samples: readonly Sample[]): HoldOut {
  const sources = new Set(samples.map(({ source }) => source));
  return { by: sources.size >= 8 ? 'source' : 'group', fold: 0, folds: 4, seed: 1 };
}

export function integer(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number, 0 or more');
  return value;
}

function pair(text: string): [number, number] {
  const values = text.split(',').map(integer);
  if (values.length !== 2) throw new InvalidArgumentError('two numbers, as in 1200,2500');
  return [values[0], values[1]];
}
