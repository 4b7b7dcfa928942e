import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Sample } from '../../dataset/index.ts';
import type { HoldOut, Recipe, TrainOptions } from '../../train/train.ts';
import { defaultModelFolder } from '../default-model.ts';
import { showStages } from '../progress.ts';
import { type Terminal, UsageError, writeLine } from '../terminal.ts';

interface Options {
  readonly data: string;
  readonly out: string;
  readonly arch: 'mouth' | 'seed-cnn';
  readonly name: string;
  readonly annotations?: string;
  readonly start?: string;
  readonly only?: string;
  readonly holdOut?: HoldOut | 'none';
  readonly decideFrom?: string[];
  readonly steps?: [finder: number, reader: number];
  readonly epochs: number;
  readonly seed: number;
  readonly threads: number;
  readonly workers: number;
  readonly cache: string;
}

const REPOSITORY = resolve(import.meta.dirname, '../../..');

export function trainCommand(terminal: Terminal): Command {
  return new Command('train')
    .description('train a model on a folder of labelled photographs; goes on where a stopped run stopped')
    .requiredOption('--data <dir>', 'open/, closed/, none/ (or aberta/, fechada/), or a manifest.csv')
    .requiredOption(
      '--out <dir>',
      'folder of the model, with report.html; logs and checkpoints lie in training/ below it',
    )
    .addOption(new Option('--arch <name>', 'network').choices(['mouth', 'seed-cnn']).default('mouth'))
    .option('--name <name>', 'name on the card', 'default')
    .option('--annotations <file>', 'clicked mouths (default: annotations/mouths.csv)')
    .option(
      '--start <from>',
      'mouth: pretrained, or the folder of a model to go on from (default: pretrained where mouths were clicked, else the bundled model)',
    )
    .option('--only <prefix>', 'only pictures whose group begins so')
    .option(
      '--hold-out <by:part/parts>',
      'measure on what is left out: source, group or random; or none (default: 0/4 of the sources, or of the groups where sources are few)',
      holdOut,
    )
    .option('--decide-from <files...>', "with --hold-out none: earlier runs' raw/results.json")
    .option('--steps <finder,reader>', 'mouth: training steps of both networks', pair)
    .option('--epochs <n>', 'seed-cnn: epochs', integer, 10)
    .option('--seed <n>', 'of everything that is drawn', integer, 1)
    .option('--threads <n>', 'threads of the engine, 0 for all cores', integer, 0)
    .option('--workers <n>', 'threads that make batches', integer, 2)
    .option('--cache <dir>', 'decoded pictures, shared by all runs', join('.cache', 'decoded'))
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { train } = await import('../../train/train.ts');
  const { TrainingError } = await import('../../train/training-error.ts');
  const stopped = new AbortController();
  void terminal.stopAsked().then(() => stopped.abort());
  const progress = showStages(terminal);
  const prepared = await prepare(options, terminal, progress.show);
  const card = await train(prepared, {
    folder: options.out,
    threads: options.threads,
    workers: options.workers,
    cache: options.cache,
    signal: stopped.signal,
    onProgress: progress.show,
  }).catch((error: unknown) => {
    throw error instanceof TrainingError ? new UsageError(error.message, { cause: error }) : error;
  });
  progress.stop();
  if (!card) return writeLine(terminal.stdout, `stopped; the same command goes on from ${options.out}`);
  const [metrics] = card.metrics;
  const measured = metrics
    ? `balanced accuracy ${(100 * metrics.balancedAccuracy).toFixed(1)} %, ${metrics.accuracy.count} of ${metrics.accuracy.of} right (${metrics.split})`
    : 'not measured: nothing was held out';
  await writeLine(terminal.stdout, `${options.out}: model ${card.id}, ${measured}`);
}

type Show = (stage: string, done: number, of: number, loss: number | null) => void;

async function prepare(options: Options, terminal: Terminal, show: Show): Promise<TrainOptions> {
  const { DatasetError, identify, manifestHash, readMouths, regroup, scanDataset } = await import(
    '../../dataset/index.ts'
  );
  const complain = (error: unknown): never => {
    throw error instanceof DatasetError ? new UsageError(error.message, { cause: error }) : error;
  };
  const all = await scanDataset(options.data).catch(complain);
  const chosen = all.filter(({ group }) => group.startsWith(options.only ?? ''));
  if (chosen.length === 0)
    throw new UsageError(`${options.data}: no picture has a group that begins with ${options.only}`);
  const identities = await identify(chosen, (done) => show('compare', done, chosen.length, null));
  const readable = new Set(
    identities.filter(({ error }) => error === undefined).map(({ sample }) => sample.file),
  );
  const annotations = await readMouths(
    options.annotations ?? join(REPOSITORY, 'annotations/mouths.csv'),
  ).catch(complain);
  // Geometry is learned from clicked mouths only: without any, the bundled model brings what it has learned.
  const clicked = chosen.some(({ file }) => annotations.has(file));
  const start = options.start ?? (clicked ? 'pretrained' : defaultModelFolder(terminal));
  const held = options.holdOut ?? defaultHoldOut(chosen);
  return {
    recipe: await recipeOf(options, start),
    name: options.name,
    created: terminal.now().toISOString(),
    samples: regroup(identities).samples.filter(({ file }) => readable.has(file)),
    manifestSha256: manifestHash(identities),
    annotations,
    holdOut: held === 'none' ? null : { ...held, seed: options.seed },
    heldOutElsewhere: await readHeldOut(options),
    golden: await readGolden(),
  };
}

async function recipeOf({ arch, seed, steps, epochs }: Options, from: string): Promise<Recipe> {
  if (arch === 'seed-cnn') {
    const { SEED_CNN_SETTINGS } = await import('../../train/train-seed-cnn.ts');
    return { arch, settings: { ...SEED_CNN_SETTINGS, seed, epochs } };
  }
  const { MOUTH_SETTINGS } = await import('../../train/train-mouth.ts');
  const { pretrainedStart } = await import('../../train/mouth-start.ts');
  const [finderSteps, readerSteps] = steps ?? [MOUTH_SETTINGS.finderSteps, MOUTH_SETTINGS.readerSteps];
  const start = from === 'pretrained' ? await pretrainedStart() : await startFromModel(from);
  return { arch, settings: { ...MOUTH_SETTINGS, seed, finderSteps, readerSteps }, start };
}

async function startFromModel(folder: string) {
  const { readMouthWeights } = await import('../../engine/artefact.ts');
  const { finder, reader, card } = await readMouthWeights(folder).catch((cause: unknown) => {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  });
  return { finder, reader, from: `model ${card.name} ${card.id}`, licences: card.licences };
}

async function readHeldOut({ decideFrom, holdOut }: Options) {
  if (!decideFrom) return null;
  if (holdOut !== 'none')
    throw new UsageError('--decide-from needs --hold-out none: otherwise the run measures itself');
  const { readResults } = await import('../../evaluate/write-evaluation.ts');
  const all = await Promise.all(
    decideFrom.map((path) =>
      readResults(path).catch((cause: unknown) => {
        throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
      }),
    ),
  );
  const split = `same recipe, ${all.length === 1 ? all[0].split : `${all.length} runs, each on the sources that it left out`}`;
  return { ...all[0], split, rows: all.flatMap(({ rows }) => rows) };
}

/** Rendered by the project, one of each kind; they travel inside golden.json. */
const GOLDEN = ['open-1.jpg', 'closed-1.jpg', 'several-1.jpg', 'none-1.jpg'];

async function readGolden(): Promise<TrainOptions['golden']> {
  const folder = join(REPOSITORY, 'samples');
  return Promise.all(GOLDEN.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

function holdOut(text: string): HoldOut | 'none' {
  if (text === 'none') return text;
  const match = /^(source|group|random):(\d+)\/(\d+)$/.exec(text);
  const [fold, folds] = [Number(match?.[2]), Number(match?.[3])];
  const by = match?.[1];
  if ((by !== 'source' && by !== 'group' && by !== 'random') || folds < 2 || fold >= folds) {
    throw new InvalidArgumentError('write source:0/4, group:0/2, random:0/5 or none');
  }
  return { by, fold, folds, seed: 1 };
}

/** Leaving whole sources out is the honest test; a folder of one's own has only one. */
function defaultHoldOut(samples: readonly Sample[]): HoldOut {
  const sources = new Set(samples.map(({ source }) => source));
  return { by: sources.size >= 8 ? 'source' : 'group', fold: 0, folds: 4, seed: 1 };
}

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number, 0 or more');
  return value;
}

function pair(text: string): [number, number] {
  const values = text.split(',').map(integer);
  if (values.length !== 2) throw new InvalidArgumentError('two numbers, as in 1200,2500');
  return [values[0], values[1]];
}
