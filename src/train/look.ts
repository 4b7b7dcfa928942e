// The finished finder looks once at the training pictures: what it takes for mouths where there are none
// becomes the reader's hard negatives, and what it finds where only a label is known becomes its examples.

import { readFile } from 'node:fs/promises';
import { decode } from '../decode/index.ts';
import { createSession } from '../engine/session.ts';
import type { MouthArchitecture } from '../model/card.ts';
import { look } from '../model/classifier.ts';
import type { Mouth } from '../model/find-mouths.ts';
import type { FalseMouth } from './batch-sources.ts';
import { MAX_SIDE } from './constants.ts';
import type { KnownMouth, TrainingPicture } from './pictures.ts';

/** Hard enough to learn from. */
const FALSE_MOUTH = 0.03;
const MOST_PEAKS = 6;
/** Sure enough to trust; the label says that there is one, so the best is trusted a little earlier. */
const TRUSTED_MOUTH = 0.5;
const TRUSTED_BEST = 0.2;
/** Of one source and label: more of the same teach no other mistakes, and a set of renders has thousands. */
const MOST_ALIKE = 300;

export interface LookResult {
  readonly falseMouths: readonly FalseMouth[];
  /** The same pictures; those of which only the label was known now have mouths of that state. */
  readonly pictures: readonly TrainingPicture[];
}

export async function lookWithFinder(
  finder: Uint8Array,
  architecture: MouthArchitecture,
  pictures: readonly TrainingPicture[],
  threads: number,
  onPicture: (done: number, of: number) => void,
): Promise<LookResult> {
  const session = await createSession(finder, { threads });
  const keen = { ...architecture, maxMouths: MOST_PEAKS, finderThreshold: FALSE_MOUTH };
  const seen: { falseMouths: FalseMouth[]; pictures: TrainingPicture[] } = { falseMouths: [], pictures: [] };
  const chosen = chooseToLookAt(pictures);
  let done = 0;
  for (const picture of pictures) {
    if (!chosen.has(picture)) {
      seen.pictures.push(picture);
      continue;
    }
    const { image } = await decode(await readFile(picture.path), { maxSide: MAX_SIDE });
    const { mouths: peaks } = await look(keen, session, image);
    const { falseMouths, mouths } = sortPeaks(picture, peaks, image.width, image.height);
    seen.falseMouths.push(...falseMouths);
    seen.pictures.push({ ...picture, mouths });
    onPicture(++done, chosen.size);
  }
  return seen;
}

/** At most MOST_ALIKE of each source and label, spread evenly over them. */
function chooseToLookAt(pictures: readonly TrainingPicture[]): ReadonlySet<TrainingPicture> {
  const alike = Map.groupBy(pictures, ({ source, label }) => `${source} ${label}`);
  const chosen = [...alike.values()].flatMap((list) => {
    const step = Math.max(1, list.length / MOST_ALIKE);
    return Array.from({ length: Math.min(list.length, MOST_ALIKE) }, (_, i) => list[Math.floor(i * step)]);
  });
  return new Set(chosen);
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
        exact: false,
      }),
    );
  return { falseMouths: [], mouths: found.length > 0 ? found : null };
}

function isFar(peak: Mouth, mouth: KnownMouth, width: number, height: number): boolean {
  const distance = Math.hypot(peak.x - mouth.x * width, peak.y - mouth.y * height);
  return distance > 1.2 * Math.max(peak.diameter, mouth.diameter * width);
}
