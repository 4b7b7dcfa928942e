import type { Clock } from './dependencies.ts';

/** The machine's own time. Only what starts a server reaches for it. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
};
