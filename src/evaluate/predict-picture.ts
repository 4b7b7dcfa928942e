import { decode } from '../decode/index.ts';
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
  const { image, width } = await decode(bytes, { maxSide: classifier.card.maxSide });
  const classification = await classifier.classify(image);
  const answer = answerOf(classification, width / image.width);
  return { answer: { ...answer, ms: rounded(performance.now() - started, 1) }, classification, image };
}

/** `scale` is the original's side over that of the picture classified. */
function answerOf(
  { verdict, pOpen, confidence, bottles }: Classification,
  scale: number,
): Omit<Answer, 'ms'> {
  return {
    verdict,
    p_open: pOpen,
    confidence,
    bottles: bottles.map(({ box, state, confidence, pOpen, presence }) => ({
      box: scaledBox(box, scale),
      state,
      confidence,
      p_open: pOpen,
      presence,
    })),
  };
}

function scaledBox([x, y, width, height]: Box, scale: number): [number, number, number, number] {
  const pixels = (value: number) => rounded(value * scale, 1);
  return [pixels(x), pixels(y), pixels(width), pixels(height)];
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
