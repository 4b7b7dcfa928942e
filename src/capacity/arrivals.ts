import type { Random } from '../nn/random.ts';

/** Requests that come by themselves, whether or not earlier ones are answered. */
export interface Load {
  /** Between bursts, above 0. */
  readonly perSecond: number;
  /** A burst ends each period of `everySeconds`. */
  readonly burst: {
    /** How many times as much comes in a burst, at least 1. */
    readonly factor: number;
    readonly seconds: number;
    readonly everySeconds: number;
  };
}

/** Requests a second, by the clock in ms. */
export function rateAt({ perSecond, burst }: Load, ms: number): number {
  const { factor, seconds, everySeconds } = burst;
  return (ms / 1_000) % everySeconds >= everySeconds - seconds ? perSecond * factor : perSecond;
}

/** Requests a second over whole periods. */
export function meanRate({ perSecond, burst }: Load): number {
  return perSecond * (1 + ((burst.factor - 1) * burst.seconds) / burst.everySeconds);
}

/** The moments in ms of a Poisson process with that rate, in order; by thinning (Lewis and Shedler 1979). */
export function* arrivals(load: Load, random: Random): Generator<number, never> {
  const highest = load.perSecond * load.burst.factor;
  for (let now = 0; ; ) {
    now -= (1_000 / highest) * Math.log(1 - random());
    if (random() * highest < rateAt(load, now)) yield now;
  }
}
