import { decode } from '../../decode/index.ts';
import { answerOf } from '../../model/answer.ts';
import type { Classifier } from '../../model/classification.ts';
import { brightnessOf } from '../../vision/brightness.ts';
import type { Clock } from '../dependencies.ts';
import { describeAttention } from '../describe.ts';
import type { Inference, LookOptions, Sighting, Subject } from './inference.ts';

/** Decodes and classifies in this very process. The others hand their pictures to processes that do this. */
export function inProcess(classifier: Classifier, clock: Pick<Clock, 'elapsed'>): Inference {
  return {
    get card() {
      return classifier.card;
    },
    look: (subject, options) => look(classifier, clock, subject, options),
  };
}

async function look(
  classifier: Classifier,
  clock: Pick<Clock, 'elapsed'>,
  subject: Subject,
  options: LookOptions = {},
): Promise<Sighting> {
  const begun = clock.elapsed();
  const picture = await decode(subject.bytes, { maxSide: classifier.card.maxSide });
  const decoded = clock.elapsed();
  const found = await classifier.classify(picture.image);
  const inferMs = clock.elapsed() - decoded;
  const { width, height, format } = picture;
  return {
    ...answerOf(found, picture),
    ...{ width, height, format, model: classifier.card.id, brightness: brightnessOf(picture.image) },
    ...(options.heatmap && { heatmap: describeAttention(found.attention) }),
    ...{ decodeMs: decoded - begun, inferMs },
  };
}
