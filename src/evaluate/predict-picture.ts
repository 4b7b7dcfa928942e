import { type DecodedPicture, decode } from '../decode/index.ts';
import type { Classification, Classifier } from '../model/classification.ts';
import type { Box, RgbImage } from '../vision/rgb-image.ts';
import type { Answer } from './results.ts';

export interface PicturePrediction {
  readonly answer: Answer;
  /** The same in the pixels of `image`, with the attention map. */
  readonly classification: Classification;
  /** The upright picture as the model saw it. */
  readonly image: RgbImage;
}

/**
 * From a file's bytes to the answer, in the picture's own pixels. Throws decode's DecodeError for bytes that
 * are no picture we read.
 */
export async function predictPicture(bytes: Uint8Array, classifier: Classifier): Promise<PicturePrediction> {
  const started = performance.now();
  const picture = await decode(bytes, { maxSide: classifier.card.maxSide });
  const classification = await classifier.classify(picture.image);
  const answer = { ...answerOf(classification, picture), ms: tenths(performance.now() - started) };
  return { answer, classification, image: picture.image };
}

function answerOf(classification: Classification, picture: DecodedPicture): Omit<Answer, 'ms'> {
  const { verdict, pOpen, confidence, bottles } = classification;
  return {
    verdict,
    p_open: pOpen,
    confidence,
    bottles: bottles.map((bottle) => ({
      box: inOriginal(bottle.box, picture),
      state: bottle.state,
      confidence: bottle.confidence,
      p_open: bottle.pOpen,
      presence: bottle.presence,
    })),
  };
}

/** Each axis by its own factor: a reduced side is rounded to whole pixels. */
function inOriginal(
  [x, y, w, h]: Box,
  { image, width, height }: DecodedPicture,
): Answer['bottles'][0]['box'] {
  const [across, down] = [width / image.width, height / image.height];
  return [tenths(x * across), tenths(y * down), tenths(w * across), tenths(h * down)];
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
