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

export interface StageProgress {
  readonly show: (stage: string, done: number, of: number, loss: number | null) => void;
  stop(): void;
}

/** A bar for each stage of a long run; where nobody watches, a line now and then instead. */
export function showStages({ stderr }: Terminal): StageProgress {
  const format = '{stage} {bar} {value}/{total} · {speed}/s · {eta_formatted} left{loss}';
  const bar = new SingleBar(
    { stream: stderr, format, hideCursor: true, etaBuffer: 50 },
    Presets.shades_classic,
  );
  let current = '';
  let first = 0;
  let started = 0;
  let smoothed: number | null = null;
  return {
    show(stage, done, of, loss) {
      if (stage !== current) {
        if (current && stderr.isTTY) bar.stop();
        [current, first, started, smoothed] = [stage, done - 1, performance.now(), null];
        if (stderr.isTTY) bar.start(of, first, { stage, speed: '–', loss: '' });
      }
      smoothed = loss === null ? null : (smoothed ?? loss) * 0.98 + loss * 0.02;
      const rate = (1000 * (done - first)) / (performance.now() - started || 1);
      const lossText = smoothed === null ? '' : ` · loss ${smoothed.toFixed(4)}`;
      if (stderr.isTTY) bar.update(done, { stage, speed: rate.toFixed(1), loss: lossText });
      else if (done === of || done % Math.ceil(of / 30) === 0) {
        const left = Math.round((of - done) / rate);
        stderr.write(`${stage} ${done}/${of} · ${rate.toFixed(2)}/s · ${left} s left${lossText}\n`);
      }
    },
    stop() {
      if (current && stderr.isTTY) bar.stop();
    },
  };
}
