// The second look: where the finder saw mouths the reader looks closely, corrects their places, and reads them.

import type { Session } from '../nn/tensor.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import type { MouthArchitecture, NetworkInput } from './card.ts';
import { keepApart, type Mouth } from './find-mouths.ts';
import { READER_COLUMNS } from './mouth.ts';
import { cropMouth, type MouthPlace, mouthCropToPicture, placeInPicture } from './reader-crop.ts';
import { toBatch } from './to-batch.ts';

/** Every round of correction cuts better crops than the one before; mouths that turn out the same are one. */
export async function readMouths(
  { reader: input, placeZooms, readerZooms }: MouthArchitecture,
  reader: Session,
  image: RgbImage,
  mouths: readonly Mouth[],
): Promise<{ placed: readonly Mouth[]; readings: readonly Reading[] }> {
  let placed = mouths;
  for (const zooms of placeZooms) {
    const corrections = await readCrops(input, reader, image, placed, zooms);
    placed = keepApart(placed.map((mouth, i) => ({ ...mouth, ...corrections[i].place })));
  }
  return { placed, readings: await readCrops(input, reader, image, placed, readerZooms) };
}

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
): Promise<Reading[]> {
  const crops = mouths.flatMap((mouth) =>
    zooms.map((zoom) => cropMouth(image, mouth, zoom, input.size, input.fill)),
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
