// One batch for the finder: pictures seen through random windows, and maps that say where their mouths went.

import { FINDER_STRIDE } from '../model/mouth.ts';
import type { Random } from '../nn/random.ts';
import { type Tensor, tensor } from '../nn/tensor.ts';
import { type Affine, apply, compose, invert, rotation, scaling, translation } from '../vision/affine.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { sampleAffine } from '../vision/sample.ts';
import { writeTensor } from '../vision/to-tensor.ts';
import { FILL, NORMALISATION } from './constants.ts';
import { distort, drawTurn } from './distort.ts';
import type { KnownMouth, TrainingPicture } from './pictures.ts';

export interface PictureWithPixels {
  readonly picture: TrainingPicture;
  readonly image: RgbImage;
}

/** Target channels of the geometry: log₂ size, dx, dy, baseX, baseY, in the map's order. */
export const GEOMETRY = 5;

/** Everything `finderLoss` is fed, for pictures drawn by `next`. */
export async function finderBatch(
  count: number,
  size: number,
  next: () => Promise<PictureWithPixels>,
  random: Random,
): Promise<Record<string, Tensor>> {
  const cells = size / FINDER_STRIDE;
  const maps = emptyMaps(count, size, cells);
  for (let i = 0; i < count; i++) {
    const { picture, image } = await next();
    const window = drawWindow(picture, image, size, random);
    const seen = distort(sampleAffine(image, window, size, size, FILL), random);
    writeTensor(seen, NORMALISATION, maps.x.data, i * 3 * size * size);
    if (picture.mouths) writeMouths(maps, i, cells, picture, image, invert(window));
    else writeLabel(maps, i, cells, picture);
  }
  return {
    ...maps,
    mouthNorm: oneOver(sumOf(maps.mouthTarget)),
    openNorm: oneOver(sumOf(maps.openWeight)),
    geometryNorm: oneOver(sumOf(maps.geometryWeight) / GEOMETRY),
    batchNorm: oneOver(count),
  };
}

type Maps = ReturnType<typeof emptyMaps>;

function emptyMaps(n: number, size: number, cells: number) {
  const map = (channels: number): Tensor =>
    tensor([n, channels, cells, cells], new Float32Array(n * channels * cells * cells));
  const column = (): Tensor => tensor([n, 1], new Float32Array(n));
  return {
    x: tensor([n, 3, size, size], new Float32Array(n * 3 * size * size)),
    mouthTarget: map(1),
    mouthWeight: map(1),
    openTarget: map(1),
    openWeight: map(1),
    geometryTarget: map(GEOMETRY),
    geometryWeight: map(GEOMETRY),
    presenceTarget: column(),
    presenceWeight: column(),
    stateTarget: column(),
    stateWeight: column(),
  };
}

/** From input pixels to picture pixels: as served, or closer on one of the mouths; turned and mirrored. */
function drawWindow(picture: TrainingPicture, image: RgbImage, size: number, random: Random): Affine {
  const zoom = random() < 0.4 ? 1 : 2 ** (random() * 2.2 - 0.5);
  const scale = Math.max(image.width, image.height) / size / zoom;
  const mouths = picture.mouths ?? [];
  const focus = mouths[Math.floor(random() * mouths.length)];
  const close = focus && zoom > 1.2;
  const [x, y] = close ? [focus.x, focus.y] : [0.5, 0.5];
  const wander = close ? 0.6 * size : 0.15 * size;
  return compose(
    translation(x * image.width, y * image.height),
    rotation(drawTurn(random)),
    scaling(random() < 0.5 ? scale : -scale, scale),
    translation(-size / 2 + (random() - 0.5) * wander, -size / 2 + (random() - 0.5) * wander),
  );
}

function writeMouths(
  maps: Maps,
  i: number,
  cells: number,
  picture: TrainingPicture,
  image: RgbImage,
  toInput: Affine,
): void {
  const area = cells * cells;
  // What was not clicked in a crowd may still be a mouth: its background teaches little.
  maps.mouthWeight.data.fill(picture.crowded ? 0.05 : 1, i * area, (i + 1) * area);
  for (const mouth of picture.mouths ?? []) writeMouth(maps, i, cells, image, toInput, mouth);
}

function writeMouth(
  maps: Maps,
  i: number,
  cells: number,
  image: RgbImage,
  toInput: Affine,
  mouth: KnownMouth,
): void {
  const [px, py] = apply(toInput, [mouth.x * image.width, mouth.y * image.height]);
  const [x, y] = [px / FINDER_STRIDE, py / FINDER_STRIDE];
  const scale = Math.sqrt(Math.abs(toInput[0] * toInput[4] - toInput[1] * toInput[3]));
  const diameter = (mouth.diameter * image.width * scale) / FINDER_STRIDE;
  const radians = (mouth.angle * Math.PI) / 180;
  const down = [-Math.sin(radians), Math.cos(radians)];
  const base = [toInput[0] * down[0] + toInput[1] * down[1], toInput[3] * down[0] + toInput[4] * down[1]];
  const sure = mouth.state !== 'unclear' && diameter > 0.35;
  const sigma = Math.max(0.7, diameter / 3);
  const reach = Math.ceil(3 * sigma);
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const area = cells * cells;
  for (let r = Math.max(0, row - reach); r <= Math.min(cells - 1, row + reach); r++) {
    for (let c = Math.max(0, column - reach); c <= Math.min(cells - 1, column + reach); c++) {
      const at = i * area + r * cells + c;
      const near = Math.exp(-((c + 0.5 - x) ** 2 + (r + 0.5 - y) ** 2) / (2 * sigma * sigma));
      // Cells beside a centre are half right: the penalty of Law & Deng 2018 (CornerNet, eq. 1).
      if (maps.mouthTarget.data[at] === 0) maps.mouthWeight.data[at] *= sure ? (1 - near) ** 4 : 1 - near;
      const steps = Math.abs(r - row) + Math.abs(c - column);
      if (!sure || steps > 1) continue;
      const weight = steps === 0 ? 1 : 0.5;
      writeState(maps, at, mouth, weight);
      const values = [Math.log2(diameter), x - (c + 0.5), y - (r + 0.5), base[0] / scale, base[1] / scale];
      values.forEach((value, channel) => {
        const cell = (i * GEOMETRY + channel) * area + r * cells + c;
        maps.geometryTarget.data[cell] = value;
        maps.geometryWeight.data[cell] = weight;
      });
    }
  }
  if (sure && column >= 0 && row >= 0 && column < cells && row < cells) {
    maps.mouthTarget.data[i * area + row * cells + column] = 1;
    maps.mouthWeight.data[i * area + row * cells + column] = 1;
  }
}

function writeState(maps: Maps, at: number, mouth: KnownMouth, weight: number): void {
  maps.openTarget.data[at] = mouth.state === 'open' ? 1 : 0;
  maps.openWeight.data[at] = weight;
}

/** Nobody clicked: the label alone says that there is a mouth somewhere, and what its state is. */
function writeLabel(maps: Maps, i: number, cells: number, { label }: TrainingPicture): void {
  if (label === 'none') {
    maps.mouthWeight.data.fill(1, i * cells * cells, (i + 1) * cells * cells);
  } else if (label === 'open' || label === 'closed') {
    maps.presenceTarget.data[i] = 1;
    maps.presenceWeight.data[i] = 1;
    maps.stateTarget.data[i] = label === 'open' ? 1 : 0;
    maps.stateWeight.data[i] = 1;
  }
}

const sumOf = ({ data }: Tensor): number => data.reduce((sum, value) => sum + value, 0);
const oneOver = (count: number): Tensor => tensor([], [1 / Math.max(1, count)]);
