import { Command, InvalidArgumentError } from 'commander';
import type { HoldOut } from '../../train/train.ts';
import { wholeNumber } from '../arguments.ts';
import { makeFolder } from '../make-folder.ts';
import { showStages } from '../progress.ts';
import { readAnswers } from '../read-answers.ts';
import { asUsageError, type Terminal, UsageError, writeLine } from '../terminal.ts';
import {
  addTrainingOptions,
  defaultHoldOut,
  prepareTraining,
  type TrainingOptions,
} from '../training-options.ts';

interface Options extends TrainingOptions {
  readonly holdOut?: HoldOut | 'none';
  readonly decideFrom?: string[];
  readonly seed: number;
}

export function trainCommand(terminal: Terminal): Command {
  const command = new Command('train').description(
    'train a model on a folder of labelled photographs; goes on where a stopped run stopped',
  );
  return addTrainingOptions(command)
    .option(
      '--hold-out <by:part/parts>',
      'measure on what is left out: source, group or random; or none (default: 0/4 of the sources, or of the groups where sources are few)',
      holdOut,
    )
    .option('--decide-from <files...>', "with --hold-out none: earlier runs' raw/results.json")
    .option('--seed <n>', 'of everything that is drawn', wholeNumber, 1)
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { train } = await import('../../train/train.ts');
  const { TrainingError } = await import('../../train/training-error.ts');
  const stopped = new AbortController();
  void terminal.stopAsked().then(() => stopped.abort());
  const progress = showStages(terminal);
  const prepared = await prepareTraining(options, options.seed, terminal, progress.show);
  await makeFolder(options.out);
  const held = options.holdOut ?? (await defaultHoldOut(prepared.samples));
  const split = {
    holdOut: held === 'none' ? null : { ...held, seed: options.seed },
    heldOutElsewhere: await readHeldOut(options),
  };
  const card = await train(
    { ...prepared, ...split },
    {
      folder: options.out,
      threads: options.threads,
      workers: options.workers,
      cache: options.cache,
      signal: stopped.signal,
      onProgress: progress.show,
    },
  ).catch(asUsageError(TrainingError));
  progress.stop();
  if (!card) return writeLine(terminal.stdout, `stopped; the same command goes on from ${options.out}`);
  const [metrics] = card.metrics;
  const measured = metrics
    ? `balanced accuracy ${(100 * metrics.balancedAccuracy).toFixed(1)} %, ${metrics.accuracy.count} of ${metrics.accuracy.of} right (${metrics.split})`
    : 'not measured: nothing was held out';
  await writeLine(terminal.stdout, `${options.out}: model ${card.id}, ${measured}`);
}

/** Raw results of earlier runs: one entry a file, so that two seeds stay two measurements. */
async function readHeldOut({ decideFrom = [], holdOut }: Options) {
  if (decideFrom.length > 0 && holdOut !== 'none')
    throw new UsageError('--decide-from needs --hold-out none: otherwise the run measures itself');
  const all = await Promise.all(decideFrom.map(readAnswers));
  return all.map((results) => ({ ...results, split: `same recipe, ${results.split}` }));
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
