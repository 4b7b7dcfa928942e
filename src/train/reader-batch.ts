// One batch for the reader: upright crops around known mouths, as far off as the finder will be, and crops of
// everything that is no mouth.

import { READER_COLUMNS, READER_PLACE, READER_STATE } from '../model/mouth.ts';
import { MOUTH_IN_CROP, type MouthPlace, placeInCrop } from '../model/reader-crop.ts';
import { integer, normal, type Random } from '../nn/random.ts';
import { type Tensor, tensor } from '../nn/tensor.ts';
import { type Affine, compose, cropToPicture, invert, scaling, translation } from '../vision/affine.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { sampleAffine } from '../vision/sample.ts';
import { writeTensor } from '../vision/to-tensor.ts';
import { FILL, NORMALISATION } from './constants.ts';
import { distort } from './distort.ts';
import type { KnownMouth } from './pictures.ts';

/** A place to crop: a mouth, or somewhere, in pixels, that is none (then its state does not count). */
export type ReaderPlace = { readonly image: RgbImage } & (
  | { readonly mouth: KnownMouth }
  | { readonly mouth: null; readonly elsewhere: MouthPlace }
);

/** Zooms drawn in training, in mouth diameters; serving uses a few within. */
const ZOOM = { from: 2.2, to: 6 } as const;

/** How far off a crop is: the finder's errors, or what is left of them after the first reading. */
const ERRORS = [
  { place: 0.2, octaves: 0.4, degrees: 15, anyTurn: 0.1 },
  { place: 0.08, octaves: 0.15, degrees: 6, anyTurn: 0.02 },
] as const;

/** Everything `readerLoss` is fed, for places drawn by `next`. */
export async function readerBatch(
  count: number,
  size: number,
  next: () => Promise<ReaderPlace>,
  random: Random,
): Promise<Record<string, Tensor>> {
  const columns = (n: number): Tensor => tensor([count, n], new Float32Array(count * n));
  const batch = {
    x: tensor([count, 3, size, size], new Float32Array(count * 3 * size * size)),
    target: columns(READER_STATE),
    weight: columns(READER_STATE),
    placeTarget: columns(READER_PLACE),
    placeWeight: columns(READER_PLACE),
  };
  for (let i = 0; i < count; i++) {
    const place = await next();
    const target = placeOf(place);
    const toPicture = drawCrop(target, size, random);
    const crop = sampleAffine(place.image, toPicture, size, size, FILL);
    writeTensor(distort(crop, random), NORMALISATION, batch.x.data, i * 3 * size * size);
    writeState(batch, i, place.mouth);
    if (place.mouth?.exact) writePlace(batch, i, target, invert(toPicture), size);
  }
  const placed = batch.placeWeight.data.reduce((sum, value) => sum + value, 0) / READER_PLACE;
  return { ...batch, norm: tensor([], [1 / count]), placeNorm: tensor([], [1 / Math.max(1, placed)]) };
}

type Targets = Readonly<Record<'target' | 'weight' | 'placeTarget' | 'placeWeight', Tensor>>;

function writeState({ target, weight }: Targets, i: number, known: KnownMouth | null): void {
  const [mouth, open] = [READER_STATE * i + READER_COLUMNS.mouth, READER_STATE * i + READER_COLUMNS.open];
  target.data[mouth] = known ? 1 : 0;
  weight.data[mouth] = 1;
  target.data[open] = known?.state === 'open' ? 1 : 0;
  weight.data[open] = known && known.state !== 'unclear' ? 1 : 0;
}

function writePlace(
  { placeTarget, placeWeight }: Targets,
  i: number,
  mouth: MouthPlace,
  toCrop: Affine,
  size: number,
): void {
  placeTarget.data.set(placeInCrop(mouth, toCrop, size), i * READER_PLACE);
  placeWeight.data.fill(1, i * READER_PLACE, (i + 1) * READER_PLACE);
}

/** In pixels of the picture. */
function placeOf(place: ReaderPlace): MouthPlace {
  if (!place.mouth) return place.elsewhere;
  const { width, height } = place.image;
  const { x, y, diameter, angle } = place.mouth;
  return { x: x * width, y: y * height, diameter: diameter * width, angle };
}

/** From crop pixels to picture pixels: as far astray as in serving, any zoom, mirrored. */
function drawCrop(place: MouthPlace, size: number, random: Random): Affine {
  const errors = ERRORS[integer(random, ERRORS.length)];
  const zoom = ZOOM.from * (ZOOM.to / ZOOM.from) ** random();
  const side = Math.max(6, place.diameter) * zoom * 2 ** (normal(random) * errors.octaves);
  const astray = (): number => normal(random) * errors.place * place.diameter;
  const turn = random() < errors.anyTurn ? random() * 360 : normal(random) * errors.degrees;
  const toPicture = cropToPicture(
    { x: place.x + astray(), y: place.y + astray(), side, angle: place.angle + turn, anchor: MOUTH_IN_CROP },
    size,
  );
  const mirror = compose(translation(size, 0), scaling(-1, 1));
  return random() < 0.5 ? toPicture : compose(toPicture, mirror);
}
