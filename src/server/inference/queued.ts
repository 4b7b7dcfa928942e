import type { SharedWork } from '../shared-work.ts';
import type { WorkQueue } from '../work-queue.ts';
import type { Inference, Sighting } from './inference.ts';

/** An inference that is asked no more at a time than the queue allows, and once for all who ask under the same name. */
export function queued(inference: Inference, queue: WorkQueue): Inference {
  /** Work that somebody waits for, by the name under which it may be shared. */
  const shared = new Map<string, SharedWork<Sighting>>();

  return {
    get card() {
      return inference.card;
    },
    async look(subject, { heatmap, sharedAs, ...waiting } = {}) {
      const known = sharedAs === undefined ? undefined : shared.get(sharedAs);
      const joined = known?.isAwaited === true;
      const work = joined
        ? known
        : queue.prepare((signal) => inference.look(subject, { heatmap, signal }), subject.bytes.length);
      if (sharedAs !== undefined) shared.set(sharedAs, work);
      try {
        const sighting = await queue.wait(work, waiting);
        return joined ? { ...sighting, decodeMs: 0, inferMs: 0, cached: true } : sighting;
      } finally {
        if (sharedAs !== undefined && !work.isAwaited && shared.get(sharedAs) === work)
          shared.delete(sharedAs);
      }
    },
  };
}
