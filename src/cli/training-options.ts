// What `train` and `validate` have in common: which pictures, which recipe.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Sample } from '../dataset/index.ts';
import type { HoldOut, Recipe, TrainOptions } from '../train/train.ts';
import { positiveInteger, wholeNumber } from './arguments.ts';
import { defaultModelFolder } from './default-model.ts';
import { asUsageError, type Terminal, UsageError } from './terminal.ts';
import { readTrainingPictures } from './training-pictures.ts';

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
  readonly epochs?: number;
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
      'folders to learn from as well and never to hold out, such as rendered frames; their annotations.csv counts, and pictures that --data has too are left out',
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
    .option('--epochs <n>', 'seed-cnn: epochs (default: 10)', positiveInteger)
    .option('--threads <n>', 'threads of the engine, 0 for all cores', wholeNumber, 0)
    .option('--workers <n>', 'threads that make batches', positiveInteger, 2)
    .option('--cache <dir>', 'decoded pictures, shared by all runs', join('.cache', 'decoded'));
}

/** The command line that these options came from. */
export function trainingArguments(options: TrainingOptions): string[] {
  const values = new Map<string, unknown>(Object.entries(options));
  return addTrainingOptions(new Command()).options.flatMap((option) => {
    const value = values.get(option.attributeName());
    if (value === undefined || !option.long) return [];
    // Several folders are arguments of their own, two numbers are one.
    return [option.long, ...(option.variadic && Array.isArray(value) ? value : [value]).map(String)];
  });
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
  refuseOtherRecipe(options);
  const pictures = await readTrainingPictures(options, terminal, show);
  // Geometry is learned from clicked mouths only: without any, the bundled model brings what it has learned.
  const clicked = [pictures, ...pictures.extra].some((part) =>
    part.samples.some(({ file }) => part.annotations.has(file)),
  );
  const start = options.start ?? (clicked ? 'pretrained' : defaultModelFolder(terminal));
  return {
    ...pictures,
    recipe: await recipeOf(options, seed, start),
    name: options.name,
    created: terminal.now().toISOString(),
    golden: await readGolden(),
  };
}

/** An option of the other network would be ignored, and the run another than was meant. */
function refuseOtherRecipe({ arch, start, steps, epochs }: TrainingOptions): void {
  if (arch === 'mouth' && epochs !== undefined)
    throw new UsageError('--epochs is of --arch seed-cnn; mouth has --steps');
  if (arch === 'seed-cnn' && steps !== undefined)
    throw new UsageError('--steps is of --arch mouth; seed-cnn has --epochs');
  if (arch === 'seed-cnn' && start !== undefined)
    throw new UsageError('--start is of --arch mouth; seed-cnn starts from nothing');
}

async function recipeOf(
  { arch, steps, epochs }: TrainingOptions,
  seed: number,
  from: string,
): Promise<Recipe> {
  if (arch === 'seed-cnn') {
    const { SEED_CNN_SETTINGS } = await import('../train/train-seed-cnn.ts');
    return { arch, settings: { ...SEED_CNN_SETTINGS, seed, ...(epochs && { epochs }) } };
  }
  const { MOUTH_SETTINGS } = await import('../train/train-mouth.ts');
  const { pretrainedStart } = await import('../train/mouth-start.ts');
  const [finderSteps, readerSteps] = steps ?? [MOUTH_SETTINGS.finderSteps, MOUTH_SETTINGS.readerSteps];
  const start = from === 'pretrained' ? await pretrainedStart() : await startFromModel(from);
  return { arch, settings: { ...MOUTH_SETTINGS, seed, finderSteps, readerSteps }, start };
}

async function startFromModel(folder: string) {
  const { readMouthWeights } = await import('../engine/artefact.ts');
  const { finder, reader, card } = await readMouthWeights(folder).catch(asUsageError());
  return { finder, reader, from: `model ${card.name} ${card.id}`, licences: card.licences };
}

/** Rendered by the project, one of each kind; they travel inside golden.json. */
const GOLDEN = ['open-1.jpg', 'closed-1.jpg', 'several-1.jpg', 'none-1.jpg'];

async function readGolden(): Promise<Prepared['golden']> {
  const folder = join(REPOSITORY, 'samples');
  return Promise.all(GOLDEN.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

/** A quarter of the sources, or of the groups where sources are few. */
export async function defaultHoldOut(samples: readonly Sample[]): Promise<HoldOut> {
  const { defaultSplitBy } = await import('../dataset/index.ts');
  return { by: defaultSplitBy(samples), fold: 0, folds: 4, seed: 1 };
}

function pair(text: string): [number, number] {
  const values = text.split(',').map(wholeNumber);
  if (values.length !== 2) throw new InvalidArgumentError('It must be two numbers, as in 1200,2500.');
  return [values[0], values[1]];
}
