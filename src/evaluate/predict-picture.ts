import { decode } from '../decode/index.ts';
import { answerOf, tenths } from '../model/answer.ts';
import type { Classification, Classifier } from '../model/classification.ts';
import { brightnessOf } from '../vision/brightness.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
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
  const ms = tenths(performance.now() - started);
  const answer = { ...answerOf(classification, picture), brightness: brightnessOf(picture.image), ms };
  return { answer, classification, image: picture.image };
}
