import type { Classificacao, Heatmap, Prediction } from '../contract/prediction.ts';
import type { AttentionMap } from '../model/classification.ts';

// What the routes tell beside the answer itself (model/answer.ts).

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
