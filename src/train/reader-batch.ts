// One batch for the reader: upright crops around known mouths, as far off as the finder will be, and crops of
// everything that is no mouth.

import { READER_COLUMNS } from '../model/mouth.ts';
import { MOUTH_IN_CROP } from '../model/reader-crop.ts';
import { normal, type Random } from '../nn/random.ts';
import { type Tensor, tensor } from '../nn/tensor.ts';
import { type Affine, compose, cropToPicture, scaling, translation } from '../vision/affine.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { sampleAffine } from '../vision/sample.ts';
import { writeTensor } from '../vision/to-tensor.ts';
import { FILL, NORMALISATION } from './constants.ts';
import { distort } from './distort.ts';
import type { KnownMouth } from './pictures.ts';

/** A place to crop: a mouth, or somewhere that is none (then its state does not count). */
export interface ReaderPlace {
  readonly image: RgbImage;
  readonly mouth: KnownMouth | null;
  readonly elsewhere?: Elsewhere;
}

/** Where and how large to look when there is no mouth, in pixels and degrees. */
export interface Elsewhere {
  readonly x: number;
  readonly y: number;
  readonly diameter: number;
  readonly angle: number;
}

/** Zooms drawn in training, in mouth diameters; serving uses a few within. */
const ZOOM = { from: 2.2, to: 6 } as const;

export async function readerBatch(
  count: number,
  size: number,
  next: () => Promise<ReaderPlace>,
  random: Random,
): Promise<Record<string, Tensor>> {
  const x = new Float32Array(count * 3 * size * size);
  const target = new Float32Array(count * 2);
  const weight = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const place = await next();
    const crop = sampleAffine(place.image, drawCrop(place, size, random), size, size, FILL);
    writeTensor(distort(crop, random), NORMALISATION, x, i * 3 * size * size);
    const [mouth, open] = [2 * i + READER_COLUMNS.mouth, 2 * i + READER_COLUMNS.open];
    target[mouth] = place.mouth ? 1 : 0;
    weight[mouth] = 1;
    target[open] = place.mouth?.state === 'open' ? 1 : 0;
    weight[open] = place.mouth && place.mouth.state !== 'unclear' ? 1 : 0;
  }
  return {
    x: tensor([count, 3, size, size], x),
    target: tensor([count, 2], target),
    weight: tensor([count, 2], weight),
    norm: tensor([], [1 / count]),
  };
}

/** From crop pixels to picture pixels: the finder's errors in place, size and angle, any zoom, mirrored. */
function drawCrop({ image, mouth, elsewhere }: ReaderPlace, size: number, random: Random): Affine {
  const place = elsewhere ?? {
    x: (mouth?.x ?? 0.5) * image.width,
    y: (mouth?.y ?? 0.5) * image.height,
    diameter: (mouth?.diameter ?? 0.1) * image.width,
    angle: mouth?.angle ?? 0,
  };
  const zoom = ZOOM.from * (ZOOM.to / ZOOM.from) ** random();
  const side = Math.max(6, place.diameter) * zoom * 2 ** (normal(random) * 0.3);
  const astray = (): number => normal(random) * 0.15 * place.diameter;
  const angle = place.angle + (random() < 0.9 ? normal(random) * 10 : random() * 360);
  const toPicture = cropToPicture(
    { x: place.x + astray(), y: place.y + astray(), side, angle, anchor: MOUTH_IN_CROP },
    size,
  );
  const mirror = compose(translation(size, 0), scaling(-1, 1));
  return random() < 0.5 ? toPicture : compose(toPicture, mirror);
}
