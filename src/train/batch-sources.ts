// Where a worker's batches come from: pictures are decoded once, kept on disk, drawn again and again.

import { type DecodeCacheConfig, openDecodeCache } from '../dataset/index.ts';
import type { MouthPlace } from '../model/reader-crop.ts';
import { createRandom, integer, type Random } from '../nn/random.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { MAX_SIDE } from './constants.ts';
import { finderBatch } from './finder-batch.ts';
import { createDraw, type KnownMouth, type TrainingPicture } from './pictures.ts';
import { type ReaderPlace, readerBatch } from './reader-batch.ts';
import { picturesOfStep, seedBatch } from './seed-batch.ts';

/** What a loader hands to its workers. */
export interface BatchJob {
  readonly network: 'finder' | 'reader' | 'seed-cnn';
  readonly pictures: readonly TrainingPicture[];
  /** Only for the reader. */
  readonly falseMouths: readonly FalseMouth[];
  readonly count: number;
  readonly size: number;
  readonly seed: number;
  /** Of decoded pictures; every worker takes its share of the bytes. */
  readonly cache: DecodeCacheConfig;
}

/** A place that the finder took for a mouth although there is none; pixels of the decoded picture. */
export interface FalseMouth extends MouthPlace {
  readonly path: string;
  readonly source: string;
}

export type MakeBatch = (step: number) => Promise<Record<string, Tensor>>;

/** The batch of a step depends on the job and the step, and on nothing that happened before. */
export function batchSource(job: BatchJob): MakeBatch {
  const readPixels = createPixelReader(job);
  switch (job.network) {
    case 'finder':
      return finderSource(job, readPixels);
    case 'reader':
      return readerSource(job, readPixels);
    case 'seed-cnn':
      return (step) => {
        const pictures = picturesOfStep(job.pictures, job.count, job.seed, step);
        return seedBatch(pictures, readPixels, createRandom(job.seed, step));
      };
  }
}

type ReadPixels = (path: string) => Promise<RgbImage>;

/** Decoded pixels come back from disk in a tenth of the time that decoding takes. */
function createPixelReader({ cache }: BatchJob): ReadPixels {
  const opened = openDecodeCache(cache);
  return async (path) => (await (await opened).read(path, { maxSide: MAX_SIDE })).image;
}

function finderSource({ pictures, count, size, seed }: BatchJob, readPixels: ReadPixels): MakeBatch {
  const labelOf = ({ label }: TrainingPicture): string => (label === 'mixed' ? 'open' : label);
  const weights = { open: 0.38, closed: 0.38, none: 0.24 };
  const draw = createDraw(pictures, labelOf, ({ source }) => source, weights);
  const next = async (random: Random) => {
    const picture = draw(random);
    return { picture, image: await readPixels(picture.path) };
  };
  return (step) => {
    const random = createRandom(seed, step);
    return finderBatch(count, size, () => next(random), random);
  };
}

interface ReaderItem {
  readonly kind: 'open' | 'closed' | 'unclear' | 'nothing' | 'false';
  readonly source: string;
  readonly path: string;
  readonly mouth: KnownMouth | null;
  readonly mouths: readonly KnownMouth[];
  readonly falseMouth: FalseMouth | null;
}

function readerSource(job: BatchJob, readPixels: ReadPixels): MakeBatch {
  const items = [
    ...job.pictures.flatMap((picture) => readerItems(picture)),
    ...job.falseMouths.map((falseMouth): ReaderItem => {
      const { source, path } = falseMouth;
      return { kind: 'false', source, path, mouth: null, mouths: [], falseMouth };
    }),
  ];
  const weights = { open: 0.36, closed: 0.36, unclear: 0.02, nothing: 0.12, false: 0.14 };
  const draw = createDraw(
    items,
    ({ kind }) => kind,
    ({ source }) => source,
    weights,
  );
  const next = async (random: Random): Promise<ReaderPlace> => {
    const item = draw(random);
    const image = await readPixels(item.path);
    if (item.mouth) return { image, mouth: item.mouth };
    return { image, mouth: null, elsewhere: item.falseMouth ?? drawElsewhere(image, item.mouths, random) };
  };
  return (step) => {
    const random = createRandom(job.seed, step);
    return readerBatch(job.count, job.size, () => next(random), random);
  };
}

function readerItems({ path, source, label, mouths, crowded }: TrainingPicture): ReaderItem[] {
  const item = { source, path, falseMouth: null, mouths: mouths ?? [] };
  const known = item.mouths.map((mouth): ReaderItem => ({ ...item, kind: mouth.state, mouth }));
  // Beside the mouths of a bottle there is something to learn too: shoulders, labels, bases.
  const empty = label === 'none' || (mouths !== null && !crowded);
  return empty ? [...known, { ...item, kind: 'nothing', mouth: null }] : known;
}

/** A random place that keeps clear of every mouth; a picture full of mouths gives up after some tries. */
function drawElsewhere(
  { width, height }: RgbImage,
  mouths: readonly KnownMouth[],
  random: Random,
): MouthPlace {
  let place: MouthPlace;
  let tries = 0;
  do {
    place = {
      x: random() * width,
      y: random() * height,
      diameter: width * 0.02 * 15 ** random() * (tries > 20 ? 0.2 : 1),
      angle: integer(random, 4) === 0 ? random() * 360 : (random() - 0.5) * 30,
    };
    tries += 1;
  } while (tries < 200 && !isClear(place, mouths, width, height));
  return place;
}

function isClear(place: MouthPlace, mouths: readonly KnownMouth[], width: number, height: number): boolean {
  return mouths.every((mouth) => {
    const distance = Math.hypot(mouth.x * width - place.x, mouth.y * height - place.y);
    return distance > 1.2 * Math.max(place.diameter, mouth.diameter * width);
  });
}
