import { LRUCache } from 'lru-cache';
import { Type } from 'typebox';
import { Heatmap, Prediction } from '../../contract/prediction.ts';
import { DECODER_VERSION } from '../../decode/version.ts';
import type { Sighting } from '../inference/inference.ts';
import { jsonOf } from '../json-of.ts';
import type { Shared } from '../redis/shared.ts';

// Where sightings are kept, by name.

export interface MemoryShelf {
  /** Taken now, by a careful estimate. */
  readonly bytes: number;
  get(name: string): Sighting | undefined;
  put(name: string, sighting: Sighting): void;
}

/** What an entry takes beside its text: the name, the objects around it. */
const ENTRY_OVERHEAD = 1_000;

/** Of this process: the most recently asked for, in at most so many bytes. */
export function memoryShelf(bytes: number): MemoryShelf {
  const entries = new LRUCache<string, Sighting>({
    maxSize: bytes,
    // Numbers and objects take about four times what they take as text.
    sizeCalculation: (sighting) => ENTRY_OVERHEAD + 4 * JSON.stringify(sighting).length,
  });
  return {
    get: (name) => entries.get(name),
    put: (name, sighting) => void entries.set(name, sighting),
    get bytes() {
      return entries.calculatedSize;
    },
  };
}

/** Neither getting nor putting ever rejects: a shelf that fails is one that has nothing. */
export interface RedisShelf {
  get(name: string): Promise<Sighting | undefined>;
  put(name: string, sighting: Sighting): void;
}

const { verdict, p_open, confidence, bottles, model, width, height, format } = Prediction.properties;
const Kept = Type.Object({
  ...{ verdict, p_open, confidence, bottles, model, width, height, format },
  heatmap: Type.Optional(Heatmap),
  brightness: Type.Number({ minimum: 0, maximum: 1 }),
  decodeMs: Type.Number(),
  inferMs: Type.Number(),
});

/** Another decoder gives other pixels, and so other answers of the same model. */
const PREFIX = `tampinha:answer:${DECODER_VERSION}:`;

/** Of all processes, for so many seconds; how much is kept is for Redis's own `maxmemory` to say. */
export function redisShelf(shared: Shared, seconds: number): RedisShelf {
  return {
    async get(name) {
      const text = await shared.run((redis) => redis.get(PREFIX + name));
      // Redis is outside: what another version wrote there, or anyone else, is not believed unseen.
      return text ? jsonOf(Kept, text) : undefined;
    },
    put(name, sighting) {
      void shared.run((redis) => redis.set(PREFIX + name, JSON.stringify(sighting), 'EX', seconds));
    },
  };
}
