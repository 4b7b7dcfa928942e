import type { WorkQueue } from '../work-queue.ts';
import type { Inference } from './inference.ts';

/** An inference that is asked no more at a time than the queue allows. */
export function queued(inference: Inference, queue: WorkQueue): Inference {
  return {
    get card() {
      return inference.card;
    },
    look: (subject, options = {}) =>
      queue.run(() => inference.look(subject, options), {
        bytes: subject.bytes.length,
        priority: options.priority,
        signal: options.signal,
      }),
  };
}
