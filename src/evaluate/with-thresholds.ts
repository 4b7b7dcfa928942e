import type { Classifier } from '../model/classification.ts';
import { candidateState } from '../vision/verdict.ts';
import type { Band } from './thresholds.ts';

/**
 * The same model with another band of uncertainty than its card's; probabilities stay as they are, and so does the
 * presence from which on a state is told at all.
 */
export function withThresholds(classifier: Classifier, band: Band): Classifier {
  const { architecture } = classifier.card;
  const { presenceThreshold, sureThreshold } =
    architecture.arch === 'mouth' ? architecture : { presenceThreshold: 0, sureThreshold: 0 };
  const rule = { ...band, presenceThreshold, sureThreshold };
  return {
    card: { ...classifier.card, thresholds: band },
    async classify(image) {
      const answer = await classifier.classify(image);
      const { verdict, pOpen, bottles } = answer;
      // The most visible bottle speaks for the picture; a network that finds none looks at the whole of it.
      const first = { pOpen, presence: bottles[0]?.presence ?? 1 };
      return {
        ...answer,
        verdict: verdict === 'no_bottle' ? verdict : candidateState(first, rule),
        bottles: bottles.map((bottle) => ({ ...bottle, state: candidateState(bottle, rule) })),
      };
    },
  };
}
