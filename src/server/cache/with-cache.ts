import { Counter, Gauge, type Registry } from 'prom-client';
import type { Dependencies } from '../dependencies.ts';
import type { Inference } from '../inference/inference.ts';
import { cached } from './cached.ts';
import { memoryShelf, redisShelf } from './shelves.ts';

/** Lays the cache around an inference as the settings say, and tells the registry how it does. */
export function withCache(
  inference: Inference,
  { config, shared }: Pick<Dependencies, 'config' | 'shared'>,
  registry: Registry,
): Inference {
  if (config.cacheBytes === 0) return inference;
  const registers = [registry];
  const memory = memoryShelf(config.cacheBytes);
  const answers = new Counter({
    name: 'tampinha_cache_answers_total',
    help: 'Pictures by where their answer came from: memory, redis, joined (another request at work on it), computed',
    labelNames: ['source'],
    registers,
  });
  new Gauge({
    name: 'tampinha_cache_bytes',
    help: 'Memory of this process for answers kept, as estimated',
    registers,
    collect() {
      this.set(memory.bytes);
    },
  });
  if (shared) {
    new Gauge({
      name: 'tampinha_redis_up',
      help: 'Whether Redis answers',
      registers,
      collect() {
        this.set(shared.available ? 1 : 0);
      },
    });
  }
  return cached(inference, {
    memory,
    redis: shared && redisShelf(shared, config.cacheTtlSeconds),
    onAnswer: (source) => answers.inc({ source }),
  });
}
