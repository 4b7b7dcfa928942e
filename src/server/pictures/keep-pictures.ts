import { Counter, Gauge, type Registry } from 'prom-client';
import type { Prediction } from '../../contract/prediction.ts';
import { DecodeError } from '../../decode/decode-error.ts';
import { withoutMetadata } from '../../decode/without-metadata.ts';
import type { Dependencies } from '../dependencies.ts';
import type { PictureFolder } from './picture-folder.ts';

/** Keeps the picture of an answer. Never rejects: an answer is not lost for its picture. */
export type KeepPicture = (prediction: Prediction, bytes: Uint8Array) => Promise<void>;

/** Undefined unless pictures are to be kept. Says in the log when keeping begins to fail and when it works again. */
export function keepPictures(
  { config, pictures, logger }: Pick<Dependencies, 'config' | 'pictures' | 'logger'>,
  registry: Registry,
): KeepPicture | undefined {
  if (!config.keepPictures || !pictures) return undefined;
  const outcomes = measure(pictures, registry);
  let trouble = false;
  const note = (now: boolean, why?: unknown) => {
    if (now === trouble) return;
    trouble = now;
    if (now) logger?.warn({ err: why }, 'Pictures are not kept for now');
    else logger?.info('Pictures are kept again');
  };
  return async (prediction, bytes) => {
    try {
      const outcome = await pictures.keep(prediction, () => withoutMetadata(bytes, prediction.format));
      outcomes.inc({ outcome });
      note(outcome === 'full');
    } catch (error) {
      const unclear = error instanceof DecodeError;
      outcomes.inc({ outcome: unclear ? 'unclear' : 'failed' });
      if (!unclear) note(true, error);
    }
  };
}

function measure(pictures: PictureFolder, registry: Registry) {
  const registers = [registry];
  new Gauge({
    name: 'tampinha_pictures_bytes',
    help: 'Pictures kept, as this process counts them',
    registers,
    collect() {
      this.set(pictures.bytes);
    },
  });
  const outcomes = new Counter({
    name: 'tampinha_pictures_total',
    help: 'Pictures to be kept: kept, there (already), full (limit or disk), unclear (metadata not told apart), failed',
    labelNames: ['outcome'],
    registers,
  });
  // From the start: a counter that comes into being with its first count hides that one from `rate`.
  for (const outcome of ['kept', 'there', 'full', 'unclear', 'failed']) outcomes.inc({ outcome }, 0);
  return outcomes;
}
