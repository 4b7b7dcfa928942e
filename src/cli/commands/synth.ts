import { Command, Option } from 'commander';
import type { Assortment } from '../../synth/describe/sample-bottle.ts';
import { positiveInteger } from '../arguments.ts';
import { asUsageError, type Terminal, UsageError, writeLine } from '../terminal.ts';

interface Options {
  readonly count: number;
  readonly out: string;
  readonly seed: number;
  readonly size: number;
  readonly kind?: string;
  readonly assortment: Assortment;
  readonly backgrounds?: string;
}

export function synthCommand(terminal: Terminal): Command {
  return new Command('synth')
    .description('render bottles, open and closed, with their labels and the box of every mouth')
    .requiredOption('--count <n>', 'pictures', positiveInteger)
    .requiredOption('--out <dir>', 'folder for the pictures, manifest.csv and annotations.csv')
    .option('--seed <n>', 'of the first picture; the others follow', positiveInteger, 1)
    .option('--size <n>', 'longest side in pixels', positiveInteger, 640)
    .option('--kind <name>', 'draw only this kind of scene: neck, single, several, crowd, cut or none')
    .addOption(
      new Option(
        '--assortment <name>',
        'what bottles are drawn from; the cellar has wine, spirits and flasks, plastic what is of PET and HDPE',
      )
        .choices(['beer', 'cellar', 'plastic'])
        .default('beer'),
    )
    .option('--backgrounds <dir>', 'photographs to stand behind the bottles')
    .action((options: Options) => synth(options, terminal));
}

async function synth({ kind: wanted, ...options }: Options, terminal: Terminal): Promise<void> {
  const { SCENE_KINDS } = await import('../../synth/describe/scene-description.ts');
  const kind = SCENE_KINDS.find((known) => known === wanted);
  if (wanted !== undefined && kind === undefined)
    throw new UsageError(`--kind ${wanted}: there are ${SCENE_KINDS.join(', ')}`);
  const { renderFrames } = await import('../../synth/render-frames.ts');
  const { showProgress } = await import('../progress.ts');
  const progress = showProgress(terminal, options.count, 'pictures');
  const executable = terminal.env.CHROMIUM;
  // Chromium that is not there, a folder without backgrounds: the call is at fault, not the program.
  const { count, device } = await renderFrames({
    ...options,
    ...(kind && { kind }),
    ...(executable && { executable }),
    onProgress: () => progress.step(),
  }).catch(asUsageError());
  progress.stop();
  await writeLine(terminal.stdout, `${options.out}: ${count} pictures, drawn by ${device}`);
}
