import { Command, Option } from 'commander';
import { SCENE_KINDS, type SceneKind } from '../../synth/describe/scene-description.ts';
import { positiveInteger } from '../arguments.ts';
import { type Terminal, UsageError, writeLine } from '../terminal.ts';

interface Options {
  readonly count: number;
  readonly out: string;
  readonly seed: number;
  readonly size: number;
  readonly kind?: SceneKind;
  readonly backgrounds?: string;
}

export function synthCommand(terminal: Terminal): Command {
  return new Command('synth')
    .description('render bottles, open and closed, with their labels and the box of every mouth')
    .requiredOption('--count <n>', 'pictures', positiveInteger)
    .requiredOption('--out <dir>', 'folder for the pictures, manifest.csv and annotations.csv')
    .option('--seed <n>', 'of the first picture; the others follow', positiveInteger, 1)
    .option('--size <n>', 'longest side in pixels', positiveInteger, 640)
    .addOption(
      new Option('--kind <name>', 'draw only this kind of scene, such as close-ups of necks').choices(
        SCENE_KINDS,
      ),
    )
    .option('--backgrounds <dir>', 'photographs to stand behind the bottles')
    .action((options: Options) => synth(options, terminal));
}

async function synth(options: Options, terminal: Terminal): Promise<void> {
  const { renderFrames } = await import('../../synth/render-frames.ts');
  const { showProgress } = await import('../progress.ts');
  const progress = showProgress(terminal, options.count, 'pictures');
  const executable = terminal.env.CHROMIUM;
  const { count, device } = await renderFrames({
    ...options,
    ...(executable && { executable }),
    onProgress: () => progress.step(),
  }).catch((cause: unknown) => {
    // Chromium that is not there, a folder without backgrounds: the call is at fault, not the program.
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  });
  progress.stop();
  await writeLine(terminal.stdout, `${options.out}: ${count} pictures, drawn by ${device}`);
}
