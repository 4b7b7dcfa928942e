import type { Classifier } from '../model/classification.ts';
import { stateOf } from '../vision/verdict.ts';
import type { Band } from './thresholds.ts';

/** The same model with another band of uncertainty than its card's; probabilities stay as they are. */
export function withThresholds(classifier: Classifier, band: Band): Classifier {
  return {
    card: { ...classifier.card, thresholds: band },
    async classify(image) {
      const answer = await classifier.classify(image);
      const { verdict, pOpen, bottles } = answer;
      return {
        ...answer,
        verdict: verdict === 'no_bottle' ? verdict : stateOf(pOpen, band),
        bottles: bottles.map((bottle) => ({ ...bottle, state: stateOf(bottle.pOpen, band) })),
      };
    },
  };
}
