import type { Inference, LookOptions, Sighting, Subject } from '../inference/inference.ts';
import { Flights } from './flights.ts';
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
 * while the first is being worked on wait for it. A model's answers are its own: after a swap nothing of the old
 * model is given. Failures are not kept.
 */
export function cached(inference: Inference, { memory, redis, onAnswer }: CacheOptions): Inference {
  const flights = new Flights<readonly [Sighting, Source]>();

  async function find(
    name: string,
    subject: Subject,
    options: LookOptions,
  ): Promise<readonly [Sighting, Source]> {
    const kept = await redis?.get(name);
    if (suffices(kept, options)) {
      memory.put(name, kept);
      return [kept, 'redis'];
    }
    const sighting = await inference.look(subject, options);
    // A model may have been swapped since the name was made.
    const ownName = nameOf(subject, sighting.model);
    memory.put(ownName, sighting);
    redis?.put(ownName, sighting);
    return [sighting, 'computed'];
  }

  return {
    get card() {
      return inference.card;
    },
    async look(subject, options = {}) {
      const name = nameOf(subject, inference.card.id);
      const known = memory.get(name);
      if (suffices(known, options)) {
        onAnswer('memory');
        return asKept(known, options);
      }
      // Nothing is awaited before this, so that of requests at the same time one begins and the others join.
      const { result, joined } = await flights.join(`${name}:${options.heatmap}`, options.signal, (signal) =>
        find(name, subject, { ...options, signal }),
      );
      const [sighting, source] = result;
      onAnswer(joined ? 'joined' : source);
      return joined || source === 'redis' ? asKept(sighting, options) : sighting;
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
