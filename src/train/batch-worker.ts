// A worker thread that makes batches: decodes pictures once, keeps their pixels, draws and distorts.

import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { decode } from '../decode/index.ts';
import { createRandom, integer, type Random } from '../nn/random.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import type { BatchReply } from './batch-loader.ts';
import { MAX_SIDE } from './constants.ts';
import { finderBatch } from './finder-batch.ts';
import { createDraw, type KnownMouth, type TrainingPicture } from './pictures.ts';
import { type ReaderPlace, readerBatch } from './reader-batch.ts';

/** What a loader hands to its workers. */
export interface BatchJob {
  readonly network: 'finder' | 'reader';
  readonly pictures: readonly TrainingPicture[];
  readonly falseMouths: readonly FalseMouth[];
  readonly count: number;
  readonly size: number;
  readonly seed: number;
}

/** A place that the finder took for a mouth although there is none; pixels of the decoded picture. */
export interface FalseMouth {
  readonly path: string;
  readonly source: string;
  readonly x: number;
  readonly y: number;
  readonly diameter: number;
  readonly angle: number;
}

const pixels = new Map<string, Promise<RgbImage>>();

function readPixels(path: string): Promise<RgbImage> {
  let image = pixels.get(path);
  if (!image) {
    image = readFile(path).then(async (bytes) => (await decode(bytes, { maxSide: MAX_SIDE })).image);
    pixels.set(path, image);
  }
  return image;
}

type MakeBatch = (random: Random) => Promise<Record<string, Tensor>>;

function finderSource({ pictures, count, size }: BatchJob): MakeBatch {
  const labelOf = ({ label }: TrainingPicture): string => (label === 'mixed' ? 'open' : label);
  const weights = { open: 0.38, closed: 0.38, none: 0.24 };
  const draw = createDraw(pictures, labelOf, ({ source }) => source, weights);
  return (random) =>
    finderBatch(
      count,
      size,
      async () => {
        const picture = draw(random);
        return { picture, image: await readPixels(picture.path) };
      },
      random,
    );
}

interface ReaderItem {
  readonly kind: 'open' | 'closed' | 'unclear' | 'nothing' | 'false';
  readonly source: string;
  readonly path: string;
  readonly mouth: KnownMouth | null;
  readonly mouths: readonly KnownMouth[];
  readonly falseMouth: FalseMouth | null;
}

function readerSource({ pictures, falseMouths, count, size }: BatchJob): MakeBatch {
  const items = pictures.flatMap((picture) => readerItems(picture));
  for (const place of falseMouths) {
    items.push({
      kind: 'false',
      source: place.source,
      path: place.path,
      mouth: null,
      mouths: [],
      falseMouth: place,
    });
  }
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
  return (random) => readerBatch(count, size, () => next(random), random);
}

function readerItems({ path, source, label, mouths, crowded }: TrainingPicture): ReaderItem[] {
  const item = { source, path, falseMouth: null, mouths: mouths ?? [] };
  const known = (mouths ?? []).map((mouth): ReaderItem => ({ ...item, kind: mouth.state, mouth }));
  // Beside the mouths of a bottle there is something to learn too: shoulders, labels, bases.
  const empty = label === 'none' || (mouths && !crowded);
  return empty ? [...known, { ...item, kind: 'nothing', mouth: null }] : known;
}

/** A random square that keeps clear of every mouth. */
function drawElsewhere({ width, height }: RgbImage, mouths: readonly KnownMouth[], random: Random) {
  for (;;) {
    const place = {
      x: random() * width,
      y: random() * height,
      diameter: width * 0.02 * 15 ** random(),
      angle: integer(random, 4) === 0 ? random() * 360 : (random() - 0.5) * 30,
    };
    const clear = mouths.every((mouth) => {
      const distance = Math.hypot(mouth.x * width - place.x, mouth.y * height - place.y);
      return distance > 1.2 * Math.max(place.diameter, mouth.diameter * width);
    });
    if (clear) return place;
  }
}

const job = workerData as BatchJob; // handed over by this project's own loader, not by the outside
const makeBatch = job.network === 'finder' ? finderSource(job) : readerSource(job);

parentPort?.on('message', (step: number) => {
  makeBatch(createRandom(job.seed, step)).then(
    (batch) => {
      const buffers = Object.values(batch).map(({ data }) => data.buffer as ArrayBuffer);
      parentPort?.postMessage({ step, batch } satisfies BatchReply, buffers);
    },
    (error: unknown) => parentPort?.postMessage({ step, error } satisfies BatchReply),
  );
});
