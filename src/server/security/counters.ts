import { LRUCache } from 'lru-cache';
import type { Clock } from '../dependencies.ts';
import type { Shared } from '../redis/shared.ts';

/** How often something happened in the current window, this time included. */
export interface Count {
  readonly count: number;
  /** Until the window ends. */
  readonly remainingMs: number;
}

/** Counts by name in fixed windows that begin with the first event. */
export interface Counters {
  add(name: string, windowMs: number): Promise<Count>;
  /** Without counting. */
  read(name: string): Promise<Count>;
}

const NONE: Count = { count: 0, remainingMs: 0 };

/** More names than this are not told apart for long: the least recently seen are forgotten. */
const REMEMBERED_NAMES = 100_000;

/** Counts of this process alone. */
export function processCounters(clock: Clock): Counters {
  const windows = new LRUCache<string, { count: number; readonly ends: number }>({ max: REMEMBERED_NAMES });
  const current = (name: string) => {
    const window = windows.get(name);
    return window && window.ends > clock.elapsed() ? window : undefined;
  };
  const told = ({ count, ends }: { count: number; ends: number }) => ({
    count,
    remainingMs: ends - clock.elapsed(),
  });
  return {
    async add(name, windowMs) {
      const window = current(name) ?? { count: 0, ends: clock.elapsed() + windowMs };
      window.count += 1;
      windows.set(name, window);
      return told(window);
    },
    async read(name) {
      const window = current(name);
      return window ? told(window) : NONE;
    },
  };
}

/** One step inside Redis, so that processes counting at the same time never count the same number twice. */
const ADD = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('PTTL', KEYS[1]) }`;

const READ = `return { tonumber(redis.call('GET', KEYS[1]) or 0), redis.call('PTTL', KEYS[1]) }`;

/** Counts shared by all processes on one Redis; while it is away, each goes on by its own. */
export function sharedCounters(shared: Shared, clock: Clock): Counters {
  const own = processCounters(clock);
  const run = (script: string, name: string, ...args: string[]) =>
    shared.run(async (redis) => readCount(await redis.eval(script, 1, `tampinha:count:${name}`, ...args)));
  return {
    add: async (name, windowMs) => (await run(ADD, name, String(windowMs))) ?? own.add(name, windowMs),
    read: async (name) => (await run(READ, name)) ?? own.read(name),
  };
}

function readCount(reply: unknown): Count {
  if (!Array.isArray(reply)) throw new Error('Redis did not answer with a count');
  const [count, ttl] = reply.map(Number);
  return { count: count ?? 0, remainingMs: Math.max(0, ttl ?? 0) };
}
