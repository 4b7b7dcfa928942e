// The second look: where the finder saw mouths the reader looks closely, corrects their places, and reads them.

import type { Session } from '../nn/tensor.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import type { MouthArchitecture, NetworkInput } from './card.ts';
import { keepApart, type Mouth } from './find-mouths.ts';
import { READER_COLUMNS } from './mouth.ts';
import { EVEN_PRESENCE, evidenceOf, presenceOf } from './presence.ts';
import {
  type CropMouth,
  cropBareMouth,
  cropMouth,
  type MouthPlace,
  mouthCropToPicture,
  placeInPicture,
} from './reader-crop.ts';
import { toBatch } from './to-batch.ts';

/** Every round of correction cuts better crops than the one before; mouths that turn out the same are one. */
export async function readMouths(
  architecture: MouthArchitecture,
  reader: Session,
  image: RgbImage,
  mouths: readonly Mouth[],
): Promise<{ placed: readonly Mouth[]; readings: readonly Reading[] }> {
  const { reader: input, placeZooms, readerZooms } = architecture;
  const read: Read = (places, zooms, crop) => readCrops(input, reader, image, places, zooms, crop);
  let placed = mouths;
  for (const zooms of placeZooms) {
    const corrections = await read(placed, zooms, cropMouth);
    placed = keepApart(placed.map((mouth, i) => ({ ...mouth, ...corrections[i].place })));
  }
  const readings = await read(placed, readerZooms, cropMouth);
  return { placed, readings: await readDoubtfulAgain(architecture, placed, readings, read) };
}

type Read = (places: readonly MouthPlace[], zooms: readonly number[], crop: CropMouth) => Promise<Reading[]>;

/**
 * What is on the neck misleads: where the state is in doubt, crops without it have as much of a say as the others,
 * and less over the last unit of logit, so that nothing jumps.
 */
async function readDoubtfulAgain(
  { readerZooms, stateDoubt }: MouthArchitecture,
  placed: readonly Mouth[],
  readings: readonly Reading[],
  read: Read,
): Promise<readonly Reading[]> {
  if (!stateDoubt) return readings;
  const { below, bareZooms } = stateDoubt;
  const doubtful = readings.flatMap((reading, i) =>
    Math.abs(reading.open) < below && isLikely(placed[i], reading) ? [i] : [],
  );
  if (doubtful.length === 0) return readings;
  const places = doubtful.map((i) => placed[i]);
  const again = await read(places, bareZooms, cropBareMouth);
  const bare = new Map(doubtful.map((i, j) => [i, again[j].open]));
  const share = bareZooms.length / (bareZooms.length + readerZooms.length);
  return readings.map((reading, i) => {
    const open = bare.get(i);
    if (open === undefined) return reading;
    const say = share * Math.min(1, below - Math.abs(reading.open));
    return { ...reading, open: (1 - say) * reading.open + say * open };
  });
}

/** Before anything was weighed: finder and reader alike. */
const isLikely = ({ presence }: Mouth, { mouth }: Reading): boolean =>
  presenceOf({ finder: evidenceOf(presence), reader: mouth, small: 0, large: 0 }, EVEN_PRESENCE) > 0.5;

/** What the reader says of one mouth, averaged over the zooms. */
export interface Reading {
  /** Logits. */
  readonly mouth: number;
  readonly open: number;
  readonly place: MouthPlace;
}

/** Every mouth at every zoom, in one batch. */
async function readCrops(
  input: NetworkInput,
  reader: Session,
  image: RgbImage,
  mouths: readonly MouthPlace[],
  zooms: readonly number[],
  crop: CropMouth,
): Promise<Reading[]> {
  const crops = mouths.flatMap((mouth) =>
    zooms.map((zoom) => crop(image, mouth, zoom, input.size, input.fill)),
  );
  const { state } = await reader.run({ x: toBatch(crops, input) });
  const columns = state.dims[1];
  return mouths.map((mouth, i) => {
    const answers = zooms.map((zoom, j) => {
      const at = (i * zooms.length + j) * columns;
      const answer = state.data.subarray(at, at + columns);
      const toPicture = mouthCropToPicture(mouth, zoom, input.size);
      const place = placeInPicture([...answer.subarray(READER_COLUMNS.size)], toPicture, input.size);
      return { mouth: answer[READER_COLUMNS.mouth], open: answer[READER_COLUMNS.open], place };
    });
    return {
      mouth: mean(answers.map((answer) => answer.mouth)),
      open: mean(answers.map((answer) => answer.open)),
      place: meanPlace(answers.map((answer) => answer.place)),
    };
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sizes by their logarithm, directions as vectors. */
function meanPlace(places: readonly MouthPlace[]): MouthPlace {
  const radians = places.map(({ angle }) => (angle * Math.PI) / 180);
  const turn = Math.atan2(mean(radians.map(Math.sin)), mean(radians.map(Math.cos)));
  return {
    x: mean(places.map(({ x }) => x)),
    y: mean(places.map(({ y }) => y)),
    diameter: 2 ** mean(places.map(({ diameter }) => Math.log2(diameter))),
    angle: (turn * 180) / Math.PI,
  };
}
