import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { makeFolder } from '../make-folder.ts';
import { showStages } from '../progress.ts';
import { readAnnotations } from '../read-annotations.ts';
import { readAnswers } from '../read-answers.ts';
import { readSamples } from '../read-samples.ts';
import { type Terminal, UsageError, writeLine } from '../terminal.ts';

interface Options {
  readonly data: string;
  readonly out: string;
  readonly annotations?: string;
  readonly only?: string;
  readonly model?: string;
  readonly results?: string[];
  readonly format: 'table' | 'jsonl';
  readonly strict?: true;
}

export function datasetCommand(terminal: Terminal): Command {
  const check = new Command('check')
    .description('look for what would let a model answer without looking at the mouth')
    .requiredOption('--data <dir>', 'open/, closed/, none/ (or aberta/, fechada/), or a manifest.csv')
    .option('--out <dir>', 'where report.html and findings.jsonl go', join('runs', 'dataset-check'))
    .option(
      '--annotations <file>',
      "clicked mouths (default: the folder's annotations.csv, else annotations/mouths.csv)",
    )
    .option('--only <prefix>', 'only pictures whose group begins so')
    .option('--model <dir>', 'finds the mouths of pictures where nobody clicked them')
    .option(
      '--results <files...>',
      'labels are judged by these results.json of models that did not learn from them',
    )
    .addOption(
      new Option('--format <form>', 'on standard output').choices(['table', 'jsonl']).default('table'),
    )
    .option('--strict', 'exit with 1 when something serious or doubtful was found')
    .action((options: Options) => run(options, terminal));
  return new Command('dataset').description('look after a folder of labelled photographs').addCommand(check);
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { auditDataset } = await import('../../audit/audit.ts');
  const { findingsOf, verdictOf } = await import('../../audit/findings.ts');
  const { toJsonLines, toText } = await import('../../audit/lines.ts');
  const { renderAudit } = await import('../../audit/report.ts');
  const given = await readGiven(options);
  await makeFolder(options.out);
  const progress = showStages(terminal);
  const show = (stage: string, done: number, of: number) => progress.show(stage, done, of, null);
  const audit = await auditDataset({ ...given, onProgress: show });
  progress.stop();
  const findings = findingsOf(audit);
  const lines = toJsonLines(audit, findings);
  await writeFile(join(options.out, 'findings.jsonl'), lines.map((line) => `${line}\n`).join(''));
  await writeFile(join(options.out, 'report.html'), await renderAudit(options.data, audit, findings));
  if (options.format === 'jsonl') for (const line of lines) await writeLine(terminal.stdout, line);
  else {
    await writeLine(terminal.stdout, toText(audit, findings));
    await writeLine(terminal.stdout, join(options.out, 'report.html'));
  }
  if (options.strict && verdictOf(findings) !== 'clean') terminal.setStatus(1);
}

/** Everything that a misspelt path could spoil is read before the first picture is. */
async function readGiven(options: Options) {
  const all = await readSamples(options.data);
  const samples = all.filter(({ group }) => group.startsWith(options.only ?? ''));
  if (samples.length === 0)
    throw new UsageError(`${options.data}: no picture has a group that begins with ${options.only}`);
  const mouths = await readAnnotations(options.data, all, options.annotations);
  const { loadModel } = await import('../load-model.ts');
  const classifier = options.model === undefined ? undefined : await loadModel(options.model, { threads: 1 });
  const results = await Promise.all((options.results ?? []).map(readAnswers));
  return {
    samples,
    mouths,
    classifier,
    results,
    embed: results.length > 0 ? undefined : await frozenNetwork(),
  };
}

/** The trunk that training starts from; it comes in a package of its own, without which labels are not judged. */
async function frozenNetwork() {
  const { openTrunk } = await import('../../audit/trunk-features.ts');
  const { pretrainedStart } = await import('../../train/mouth-start.ts');
  const start = await pretrainedStart().catch(() => undefined);
  return start && openTrunk(start.reader);
}
