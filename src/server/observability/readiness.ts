import { statfs } from 'node:fs/promises';
import { Refusal } from '../../contract/errors.ts';
import type { PredictionLog } from '../../store/prediction-log.ts';
import { STORE_RETRY_SECONDS } from '../failure.ts';
import type { Models } from '../inference/models.ts';

/** Whether a picture would be answered now. The model was checked by each process before it was used. */
export interface Readiness {
  /** Throws NOT_READY, which names what is missing. */
  check(): Promise<void>;
}

export interface ReadinessOptions {
  readonly log: Pick<PredictionLog, 'check'>;
  readonly models: Pick<Models, 'figures'>;
  readonly ending?: AbortSignal | undefined;
  readonly dataDir: string;
  /** With less free space than this where the data lies, the log may soon fail. */
  readonly minFreeBytes: number;
}

/** Seconds after which to ask again: what ends is replaced by another, a disk is emptied by somebody. */
const AGAIN = { end: 10, process: 1, log: STORE_RETRY_SECONDS, disk: 60 } as const;

export function createReadiness(options: ReadinessOptions): Readiness {
  const { log, models, ending, dataDir, minFreeBytes } = options;
  return {
    async check() {
      if (ending?.aborted) throw new Refusal('NOT_READY', { waiting_for: 'its end', seconds: AGAIN.end });
      if (models.figures.pools.champion.processes === 0)
        throw new Refusal('NOT_READY', {
          waiting_for: 'a process to look at pictures',
          seconds: AGAIN.process,
        });
      await log.check().catch((cause: unknown) => {
        throw new Refusal('NOT_READY', { waiting_for: 'prediction log', seconds: AGAIN.log }, { cause });
      });
      const free = await freeBytes(dataDir);
      if (free < minFreeBytes)
        throw new Refusal('NOT_READY', {
          waiting_for: 'disk space',
          free_bytes: free,
          limit_bytes: minFreeBytes,
          seconds: AGAIN.disk,
        });
    },
  };
}

/** What an ordinary user may still write on the disk that holds a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
