import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

export interface Progress {
  step(): void;
  stop(): void;
}

/** A bar with rate and time left on stderr; silent where nobody watches it, or where the answers scroll by. */
export function showProgress({ stdout, stderr }: Terminal, total: number, what: string): Progress {
  if (!stderr.isTTY || stdout.isTTY || total < 2) return { step() {}, stop() {} };
  const bar = new SingleBar(
    {
      stream: stderr,
      format: `{bar} {value}/{total} ${what} · {speed}/s · {eta_formatted} left`,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  const started = performance.now();
  let done = 0;
  const speed = () => ((1000 * done) / (performance.now() - started || 1)).toFixed(1);
  bar.start(total, 0, { speed: '–' });
  return {
    step() {
      done++;
      bar.increment(1, { speed: speed() });
    },
    stop: () => bar.stop(),
  };
}
