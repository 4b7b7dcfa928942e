import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import type { Classifier } from '../../model/classification.ts';
import { positiveInteger, positiveNumber } from '../arguments.ts';
import { defaultModelFolder } from '../default-model.ts';
import { makeFolder } from '../make-folder.ts';
import type { Outcome } from '../predict-lines.ts';
import { type Terminal, UsageError, writeLine } from '../terminal.ts';

interface Options {
  readonly model?: string;
  readonly format: 'table' | 'jsonl';
  readonly heatmap?: string;
  readonly jobs: number;
  readonly costOpen?: number;
  readonly costClosed?: number;
}

export function predictCommand(terminal: Terminal): Command {
  return new Command('predict')
    .description('say of every picture whether the bottle is open or closed')
    .argument('<path...>', 'pictures, or folders of pictures')
    .option('--model <dir>', 'folder of the model (default: the bundled one)')
    .addOption(
      new Option('--format <format>', 'lines for people or for programs')
        .choices(['table', 'jsonl'])
        .default('table'),
    )
    .option('--heatmap <dir>', 'write there what the network looked at, a picture each')
    .option('--jobs <n>', 'pictures worked on at once', positiveInteger, availableParallelism())
    .option('--cost-open <n>', 'what a wrong "open" costs, when "uncertain" costs 1', positiveNumber)
    .option('--cost-closed <n>', 'what a wrong "closed" costs, when "uncertain" costs 1', positiveNumber)
    .action(async (paths: string[], options: Options) => {
      const files = await picturesOf(paths, terminal);
      const { loadModel } = await import('../load-model.ts');
      // Many pictures keep every core busy by themselves; one picture needs them all.
      const threads = files.length >= options.jobs ? { threads: 1 } : {};
      const classifier = await loadModel(options.model ?? defaultModelFolder(terminal), threads);
      const judging = await atCosts(classifier, options);
      terminal.setStatus(await predict(files, options, judging, terminal));
    });
}

async function picturesOf(paths: readonly string[], { stderr }: Terminal): Promise<readonly string[]> {
  const { listPictures } = await import('../list-pictures.ts');
  const { files, skipped } = await listPictures(paths);
  if (files.length === 0) throw new UsageError(`no picture in ${paths.join(', ')}`);
  if (skipped > 0) stderr.write(`skipped, no picture by name or content: ${skipped}\n`);
  return files;
}

/** The card's own band of uncertainty unless a cost is given; the other cost is then the same. */
async function atCosts(classifier: Classifier, { costOpen, costClosed }: Options): Promise<Classifier> {
  const open = costOpen ?? costClosed;
  const closed = costClosed ?? costOpen;
  if (open === undefined || closed === undefined) return classifier;
  const { bandFromCosts } = await import('../../evaluate/thresholds.ts');
  const { withThresholds } = await import('../../evaluate/with-thresholds.ts');
  return withThresholds(classifier, bandFromCosts({ open, closed, uncertain: 1 }));
}

/** Prints an outcome a line, in the order of the files. The status is 1 when any of them failed. */
export async function predict(
  files: readonly string[],
  { format, heatmap, jobs }: Options,
  classifier: Classifier,
  terminal: Terminal,
): Promise<0 | 1> {
  const { predictPictures } = await import('../predict-pictures.ts');
  const { tableFormat, toJsonLine } = await import('../predict-lines.ts');
  const { showProgress } = await import('../progress.ts');
  if (heatmap !== undefined) await makeFolder(heatmap);
  const table = format === 'table' ? tableFormat(files) : null;
  const lineOf = (outcome: Outcome) => (table ? table.row(outcome) : toJsonLine(outcome));
  const progress = showProgress(terminal, files.length, 'pictures');
  let failed = false;
  if (table) await writeLine(terminal.stdout, table.header);
  for await (const outcome of predictPictures({
    files,
    classifier,
    inFlight: jobs,
    heatmapFolder: heatmap,
    onLostOverlay: (file, { message }) => {
      failed = true;
      terminal.stderr.write(`${file}: its overlay could not be written: ${message}\n`);
    },
  })) {
    failed ||= 'error' in outcome;
    await writeLine(terminal.stdout, lineOf(outcome));
    progress.step();
  }
  progress.stop();
  return failed ? 1 : 0;
}
