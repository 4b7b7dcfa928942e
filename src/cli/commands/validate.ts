import { Command } from 'commander';
import type { Validation } from '../../train/validate.ts';
import { positiveInteger } from '../arguments.ts';
import { makeFolder } from '../make-folder.ts';
import { type Terminal, UsageError, writeLine } from '../terminal.ts';
import { trainPart } from '../train-part.ts';
import { addTrainingOptions, prepareTraining, type TrainingOptions } from '../training-options.ts';

interface Options extends TrainingOptions {
  readonly folds: number;
  readonly seeds: number;
  readonly jobs: number;
}

export function validateCommand(terminal: Terminal): Command {
  const command = new Command('validate').description(
    'train once for every part of the sources and measure each part by the run that left it out',
  );
  return addTrainingOptions(command)
    .option('--folds <n>', 'parts', positiveInteger, 5)
    .option('--seeds <n>', 'how often all of that, each time with other parts', positiveInteger, 2)
    .option('--jobs <n>', 'runs at the same time', positiveInteger, 1)
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { validate } = await import('../../train/validate.ts');
  const stopped = new AbortController();
  void terminal.stopAsked().then(() => stopped.abort());
  if (options.folds < 2) throw new UsageError('--folds wants 2 or more');
  const show = linesOf(terminal);
  const prepared = await prepareTraining(options, 1, terminal, show);
  await makeFolder(options.out);
  const { folds, jobs } = options;
  const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1);
  const { signal } = stopped;
  const validations = await validate(
    { ...prepared, by: 'source', folds, seeds, jobs },
    { folder: options.out, trainPart: (part) => trainPart(part, options, terminal, signal), signal },
    // Where one part fails, those beside it need not go on.
  ).finally(() => stopped.abort());
  if (!validations)
    return writeLine(terminal.stdout, `stopped; the same command goes on from ${options.out}`);
  for (const validation of validations) await writeLine(terminal.stdout, await describe(validation));
}

/** Several runs at once have no common bar: a line each, now and then. */
function linesOf({ stderr }: Terminal) {
  return (stage: string, done: number, of: number, loss: number | null): void => {
    if (done !== of && done % Math.ceil(of / 20) !== 0) return;
    stderr.write(`${stage} ${done}/${of}${loss === null ? '' : ` · loss ${loss.toFixed(4)}`}\n`);
  };
}

async function describe({ seed, results }: Validation): Promise<string> {
  const { sliceOf } = await import('../../evaluate/summary.ts');
  const { accuracy, balancedAccuracy, auc, expectedCalibrationError, ...told } = sliceOf(results.rows);
  const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);
  const ratio = (share: { count: number; of: number } | null): string =>
    share === null ? '–' : `${share.count} of ${share.of}`;
  return [
    `seed ${seed}: ${ratio(accuracy)} right, balanced ${percent(balancedAccuracy)}, AUC ${percent(auc)}, calibration error ${percent(expectedCalibrationError)}`,
    `  of those called open or closed ${ratio(told.selectiveAccuracy)} right; uncertain ${ratio(told.uncertain)}; found ${ratio(told.found)}`,
    `  bottle-free pictures told a state: ${ratio(told.falseState)}`,
  ].join('\n');
}
