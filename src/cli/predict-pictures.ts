import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg } from '../decode/index.ts';
import { describeFailure, type Failure } from '../evaluate/failure.ts';
import { inOrder } from '../evaluate/in-order.ts';
import { drawBoxes, overlayAttention } from '../evaluate/overlay.ts';
import { type PicturePrediction, predictPicture } from '../evaluate/predict-picture.ts';
import { readPicture } from '../evaluate/read-picture.ts';
import type { Classifier } from '../model/classification.ts';
import { overlayNames } from './overlay-names.ts';
import type { Outcome } from './predict-lines.ts';

export interface PredictOptions {
  readonly files: readonly string[];
  readonly classifier: Classifier;
  /** Pictures worked on at once. */
  readonly inFlight: number;
  /** Where overlays of what the network looked at are written, if anywhere; it must be there. */
  readonly heatmapFolder?: string | undefined;
  /** Told of an overlay that could not be written; the picture has its answer all the same. */
  readonly onLostOverlay: (file: string, failure: Failure) => void;
}

/** One outcome a file, in the order of the files; a broken one does not stop the rest. */
export async function* predictPictures(options: PredictOptions): AsyncGenerator<Outcome> {
  const { files, classifier, inFlight, heatmapFolder, onLostOverlay } = options;
  const nameOf = overlayNames(files);
  const keepOverlay = async (file: string, prediction: PicturePrediction): Promise<void> => {
    if (heatmapFolder === undefined) return;
    await writeOverlay(join(heatmapFolder, nameOf(file)), prediction).catch((error: unknown) =>
      onLostOverlay(file, describeFailure(error)),
    );
  };
  yield* inOrder(files, inFlight, async (file): Promise<Outcome> => {
    try {
      const prediction = await predictPicture(await readPicture(file), classifier);
      await keepOverlay(file, prediction);
      return { file, model: classifier.card.id, answer: prediction.answer };
    } catch (error) {
      return { file, error: describeFailure(error) };
    }
  });
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
