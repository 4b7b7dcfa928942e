import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg } from '../decode/index.ts';
import { describeFailure } from '../evaluate/failure.ts';
import { inOrder } from '../evaluate/in-order.ts';
import { drawBoxes, overlayAttention } from '../evaluate/overlay.ts';
import { type PicturePrediction, predictPicture } from '../evaluate/predict-picture.ts';
import { readPicture } from '../evaluate/read-picture.ts';
import type { Classifier } from '../model/classification.ts';
import type { Outcome } from './predict-lines.ts';

export interface PredictOptions {
  readonly files: readonly string[];
  readonly classifier: Classifier;
  /** Pictures worked on at once. */
  readonly inFlight: number;
  /** Where overlays of what the network looked at are written, if anywhere. */
  readonly heatmapFolder?: string | undefined;
}

/** One outcome a file, in the order of the files; a broken one does not stop the rest. */
export async function* predictPictures(options: PredictOptions): AsyncGenerator<Outcome> {
  if (options.heatmapFolder !== undefined) await mkdir(options.heatmapFolder, { recursive: true });
  yield* inOrder(options.files, options.inFlight, (file) => predictFile(file, options));
}

async function predictFile(file: string, { classifier, heatmapFolder }: PredictOptions): Promise<Outcome> {
  try {
    const prediction = await predictPicture(await readPicture(file), classifier);
    if (heatmapFolder !== undefined) await writeOverlay(join(heatmapFolder, overlayName(file)), prediction);
    return { file, model: classifier.card.id, answer: prediction.answer };
  } catch (error) {
    return { file, error: describeFailure(error) };
  }
}

/** A flat name that keeps pictures of different folders apart: `a/b.png` becomes `a__b.png.jpg`. */
export function overlayName(file: string): string {
  return `${file.replace(/^(\.{0,2}[\\/])+/, '').replace(/[\\/]+/g, '__')}.jpg`;
}

const OPEN = [240, 165, 0] as const;
const CLOSED = [40, 120, 230] as const;
const UNCERTAIN = [150, 150, 150] as const;
const COLOURS = { open: OPEN, closed: CLOSED, uncertain: UNCERTAIN };

async function writeOverlay(path: string, { image, classification }: PicturePrediction): Promise<void> {
  const boxes = classification.bottles.map(({ box, state }) => ({ box, rgb: COLOURS[state] }));
  await writeFile(
    path,
    await encodeJpeg(drawBoxes(overlayAttention(image, classification.attention), boxes)),
  );
}
