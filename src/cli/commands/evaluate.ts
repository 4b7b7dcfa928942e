import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Sample } from '../../dataset/index.ts';
import type { Classifier } from '../../model/classification.ts';
import { defaultModelFolder } from '../default-model.ts';
import { makeFolder } from '../make-folder.ts';
import { readAnswers } from '../read-answers.ts';
import { readSamples } from '../read-samples.ts';
import { asUsageError, type Terminal, UsageError, writeLine } from '../terminal.ts';

interface Options {
  readonly data: string;
  readonly model?: string;
  readonly out: string;
  readonly split: string;
  readonly baseline?: string;
  readonly log?: string;
  readonly mask?: true;
  readonly annotations?: string;
  readonly of?: string;
}

export function evaluateCommand(terminal: Terminal): Command {
  return new Command('evaluate')
    .description('measure a model on a folder of labelled photographs')
    .requiredOption('--data <dir>', 'open/, closed/, none/ (or aberta/, fechada/), or a manifest.csv')
    .option('--model <dir>', 'folder of the model (default: the bundled one)')
    .option('--out <dir>', 'where results.json, rows.csv and report.html go', join('runs', 'evaluation'))
    .option(
      '--split <text>',
      'how these photographs were kept from training, for the report',
      'split not stated: some of these may have been trained on',
    )
    .option('--baseline <file>', "another model's results.json, to stand beside")
    .option('--log <file>', "the training run's log.jsonl, for its curves")
    .option(
      '--mask',
      'masking test instead: every picture intact, without its mouths, and with nothing but them',
    )
    .option(
      '--annotations <file>',
      "with --mask, the clicked mouths (default: the folder's, else the project's)",
    )
    .option('--of <file>', 'only the pictures of this results.json, for one that the model did not see')
    .action((options: Options) => evaluate(options, terminal));
}

async function evaluate(options: Options, terminal: Terminal): Promise<void> {
  const { evaluateDataset } = await import('../../evaluate/evaluate-dataset.ts');
  const { textSummary } = await import('../../evaluate/text-summary.ts');
  const { writeEvaluation } = await import('../../evaluate/write-evaluation.ts');
  const { loadModel } = await import('../load-model.ts');
  const { showProgress } = await import('../progress.ts');
  refuseIgnored(options);
  const beside = await readBeside(options);
  const samples = await only(options, await readSamples(options.data));
  const classifier = await loadModel(options.model ?? defaultModelFolder(terminal), { threads: 1 });
  await makeFolder(options.out);
  if (options.mask) return mask(options, terminal, samples, classifier);
  const progress = showProgress(terminal, samples.length, 'pictures');
  const { split } = options;
  const results = await evaluateDataset({ samples, classifier, split, onRow: () => progress.step() });
  progress.stop();
  const paths = new Map(samples.map(({ file, path }) => [file, path]));
  await writeEvaluation(options.out, { results, ...beside, pathOf: (file) => paths.get(file) ?? file });
  await writeLine(terminal.stdout, textSummary(results));
  await writeLine(terminal.stdout, join(options.out, 'report.html'));
}

async function mask(
  options: Options,
  terminal: Terminal,
  samples: readonly Sample[],
  classifier: Classifier,
): Promise<void> {
  const { evaluateMasked, maskable } = await import('../../evaluate/mask/evaluate-masked.ts');
  const { maskingText } = await import('../../evaluate/mask/masking-summary.ts');
  const { writeMasking } = await import('../../evaluate/mask/masking-report.ts');
  const { readAnnotations } = await import('../read-annotations.ts');
  const { showProgress } = await import('../progress.ts');
  const mouths = await readAnnotations(options.data, samples, options.annotations);
  const { chosen } = maskable(samples, mouths);
  if (chosen.length === 0)
    throw new UsageError(`${options.data}: no bottle's mouths are marked (--annotations)`);
  const progress = showProgress(terminal, chosen.length, 'pictures');
  const { split } = options;
  const masked = await evaluateMasked({
    samples,
    mouths,
    classifier,
    split,
    onPicture: () => progress.step(),
  });
  progress.stop();
  const paths = new Map(samples.map(({ file, path }) => [file, path]));
  await writeMasking(options.out, { masked, mouths, pathOf: (file) => paths.get(file) ?? file });
  await writeLine(terminal.stdout, maskingText(masked));
  await writeLine(terminal.stdout, join(options.out, 'masking.html'));
}

/** What would be ignored was meant, and the report would be another than was asked for. */
function refuseIgnored({ mask, annotations, baseline, log }: Options): void {
  if (annotations !== undefined && !mask) throw new UsageError('--annotations needs --mask');
  if (mask && (baseline ?? log) !== undefined)
    throw new UsageError('--baseline and --log do not go with --mask');
}

async function only(
  { of, data }: Pick<Options, 'of' | 'data'>,
  samples: readonly Sample[],
): Promise<readonly Sample[]> {
  if (of === undefined) return samples;
  const { rows } = await readAnswers(of);
  const files = new Set(rows.map(({ file }) => file));
  const chosen = samples.filter(({ file }) => files.has(file));
  if (chosen.length === 0) throw new UsageError(`${of}: none of its pictures is in ${data}`);
  return chosen;
}

/** What stands beside the results is read first: a misspelt path must not cost an evaluation. */
async function readBeside({ baseline, log }: Options) {
  const { parseTrainingLog } = await import('../../evaluate/report/training-curves.ts');
  const { readMeasured } = await import('../../evaluate/measured.ts');
  return {
    references: await readMeasured(),
    baseline: baseline === undefined ? undefined : await readAnswers(baseline),
    trainingLog:
      log === undefined ? undefined : parseTrainingLog(await readFile(log, 'utf8').catch(asUsageError())),
  };
}
