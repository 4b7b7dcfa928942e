// The finished finder looks once at the training pictures: what it takes for mouths where there are none
// becomes the reader's hard negatives, and what it finds where only a label is known becomes its examples.

import { readFile } from 'node:fs/promises';
import { decode } from '../decode/index.ts';
import { createSession } from '../engine/session.ts';
import { findMouths, type Mouth } from '../model/find-mouths.ts';
import { FINDER_STRIDE } from '../model/mouth.ts';
import { letterbox } from '../vision/letterbox.ts';
import { writeTensor } from '../vision/to-tensor.ts';
import type { FalseMouth } from './batch-sources.ts';
import { FILL, FINDER_SIZE, MAX_SIDE, NORMALISATION } from './constants.ts';
import type { KnownMouth, TrainingPicture } from './pictures.ts';

/** Hard enough to learn from. */
const FALSE_MOUTH = 0.03;
/** Sure enough to trust; the label says that there is one, so the best is trusted a little earlier. */
const TRUSTED_MOUTH = 0.5;
const TRUSTED_BEST = 0.2;

export interface LookResult {
  readonly falseMouths: readonly FalseMouth[];
  /** The same pictures; those of which only the label was known now have mouths of that state. */
  readonly pictures: readonly TrainingPicture[];
}

export async function lookWithFinder(
  finder: Uint8Array,
  pictures: readonly TrainingPicture[],
  threads: number,
  onPicture: (done: number, of: number) => void,
): Promise<LookResult> {
  const session = await createSession(finder, { threads });
  const seen: { falseMouths: FalseMouth[]; pictures: TrainingPicture[] } = { falseMouths: [], pictures: [] };
  for (const [i, picture] of pictures.entries()) {
    const { image } = await decode(await readFile(picture.path), { maxSide: MAX_SIDE });
    const fitted = letterbox(image, FINDER_SIZE, FILL);
    const x = new Float32Array(3 * FINDER_SIZE ** 2);
    writeTensor(fitted.image, NORMALISATION, x);
    const { map } = await session.run({ x: { dims: [1, 3, FINDER_SIZE, FINDER_SIZE], data: x } });
    const peaks = findMouths(map.data, {
      cells: FINDER_SIZE / FINDER_STRIDE,
      toPicture: fitted.toPicture,
      limit: 6,
      threshold: FALSE_MOUTH,
    });
    const { falseMouths, mouths } = sortPeaks(picture, peaks, image.width, image.height);
    seen.falseMouths.push(...falseMouths);
    seen.pictures.push({ ...picture, mouths });
    onPicture(i + 1, pictures.length);
  }
  return seen;
}

function sortPeaks(picture: TrainingPicture, peaks: readonly Mouth[], width: number, height: number) {
  const asFalse = (mouth: Mouth): FalseMouth => ({ path: picture.path, source: picture.source, ...mouth });
  const { label, mouths, crowded } = picture;
  if (label === 'none') return { falseMouths: peaks.map(asFalse), mouths };
  if (mouths) {
    const strayed = crowded
      ? []
      : peaks.filter((peak) => mouths.every((mouth) => isFar(peak, mouth, width, height)));
    return { falseMouths: strayed.map(asFalse), mouths };
  }
  if (label !== 'open' && label !== 'closed') return { falseMouths: [], mouths };
  const found = peaks
    .filter(({ presence }, rank) => presence >= (rank === 0 ? TRUSTED_BEST : TRUSTED_MOUTH))
    .map(
      ({ x, y, diameter, angle }): KnownMouth => ({
        x: x / width,
        y: y / height,
        diameter: diameter / width,
        angle,
        state: label,
      }),
    );
  return { falseMouths: [], mouths: found.length > 0 ? found : null };
}

function isFar(peak: Mouth, mouth: KnownMouth, width: number, height: number): boolean {
  const distance = Math.hypot(peak.x - mouth.x * width, peak.y - mouth.y * height);
  return distance > 1.2 * Math.max(peak.diameter, mouth.diameter * width);
}
