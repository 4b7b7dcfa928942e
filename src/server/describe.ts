import type { Bottle, Classificacao, Heatmap, Prediction } from '../contract/prediction.ts';
import type { DecodedPicture } from '../decode/index.ts';
import type { AttentionMap, Classification, Bottle as FoundBottle } from '../model/classification.ts';

// From what a model found to what is told: field names of the contract, boxes in pixels of the original.

type Found = Pick<Prediction, 'verdict' | 'p_open' | 'confidence' | 'bottles'>;

export function describeClassification(found: Classification, picture: DecodedPicture): Found {
  return {
    verdict: found.verdict,
    p_open: found.pOpen,
    confidence: found.confidence,
    bottles: found.bottles.map((bottle) => describeBottle(bottle, picture)),
  };
}

function describeBottle(
  { box, state, confidence, pOpen, presence }: FoundBottle,
  picture: DecodedPicture,
): Bottle {
  const [x, y, width, height] = box;
  const across = picture.width / picture.image.width;
  const down = picture.height / picture.image.height;
  return {
    box: [tenths(x * across), tenths(y * down), tenths(width * across), tenths(height * down)],
    state,
    confidence,
    p_open: pOpen,
    presence,
  };
}

export function describeAttention({ width, height, values }: AttentionMap): Heatmap {
  return { width, height, values: Array.from(values, (value) => Math.round(value * 1_000) / 1_000) };
}

/** The seed's words for a prediction: always the likelier state, with the confidence of that state. */
export function describeClassificacao(prediction: Prediction): Classificacao {
  const { id, p_open, bottles, model, ms, width, height } = prediction;
  return {
    status: p_open >= 0.5 ? 'aberta' : 'fechada',
    confidence: Math.max(p_open, 1 - p_open),
    decision: prediction.verdict,
    ...{ id, p_open, bottles, model, ms, width, height },
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
