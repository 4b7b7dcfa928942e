import type { Inference, LookOptions, Sighting, Subject } from '../inference/inference.ts';
import type { MemoryShelf, RedisShelf } from './shelves.ts';

/** Where an answer came from: this process's memory, Redis, another request's work, or computed for this one. */
export type Source = 'memory' | 'redis' | 'joined' | 'computed';

export interface CacheOptions {
  readonly memory: MemoryShelf;
  readonly redis?: RedisShelf | undefined;
  readonly onAnswer: (source: Source) => void;
}

/**
 * An inference that looks at the very same bytes once: later requests get what was seen then, and requests that come
 * while the first is being worked on share its work, for which `inference` must heed `sharedAs`. A model's answers are
 * its own: after a swap nothing of the old model is given. Failures are not kept.
 */
export function cached(inference: Inference, { memory, redis, onAnswer }: CacheOptions): Inference {
  /** What is known under a name already; what Redis has to say comes into this process's memory. */
  async function find(name: string, options: LookOptions): Promise<readonly [Sighting, Source] | undefined> {
    const kept = await redis?.get(name);
    // Another request may have been answered while Redis was asked.
    const known = memory.get(name);
    if (suffices(known, options)) return [known, 'memory'];
    if (!suffices(kept, options)) return undefined;
    memory.put(name, kept);
    return [kept, 'redis'];
  }

  /** Of those who shared the work one was first; it may have left, so each sees to it that the answer is kept. */
  function keep(subject: Subject, { cached: _joined, ...sighting }: Sighting): void {
    // A model may have been swapped since the picture's name was made.
    const name = nameOf(subject, sighting.model);
    if (suffices(memory.get(name), { heatmap: sighting.heatmap !== undefined })) return;
    memory.put(name, sighting);
    redis?.put(name, sighting);
  }

  return {
    get card() {
      return inference.card;
    },
    async look(subject, options = {}) {
      const name = nameOf(subject, inference.card.id);
      const known = memory.get(name);
      const found = suffices(known, options)
        ? ([known, 'memory'] as const)
        : redis && (await find(name, options));
      if (found) {
        const [sighting, source] = found;
        onAnswer(source);
        return asKept(sighting, options);
      }
      // Routes that have no heatmap to offer leave the option away: the same as not asking for one.
      const sharedAs = `${name}:${options.heatmap === true}`;
      const sighting = await inference.look(subject, { ...options, sharedAs });
      keep(subject, sighting);
      onAnswer(sighting.cached ? 'joined' : 'computed');
      return sighting;
    },
  };
}

function nameOf({ sha256 }: Subject, model: string): string {
  return `${model}:${sha256}`;
}

/** What was seen without saying where is no answer to the question where. */
function suffices(sighting: Sighting | undefined, { heatmap }: LookOptions): sighting is Sighting {
  return sighting !== undefined && (!heatmap || sighting.heatmap !== undefined);
}

function asKept(sighting: Sighting, { heatmap }: LookOptions): Sighting {
  const { heatmap: where, ...seen } = sighting;
  return { ...seen, ...(heatmap && where && { heatmap: where }), decodeMs: 0, inferMs: 0, cached: true };
}
