// Seeded random numbers: the same seed gives the same stream on every machine.

/** A stream of uniform numbers in [0, 1); only its seeds and how often it was asked decide what comes. */
export type Random = () => number;

/**
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded through splitmix32 from any number of integers, so that
 * (seed, epoch, picture) names a stream of its own and nothing must be stored to resume.
 */
export function createRandom(...seeds: readonly number[]): Random {
  let mix = 0x9e3779b9;
  const next32 = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
  for (const seed of seeds) mix = next32() ^ Math.imul(seed | 0, 0x85ebca6b) ^ Math.floor(seed / 2 ** 32);
  let a = next32();
  let b = next32();
  let c = next32();
  let counter = 1;
  const random = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) random();
  return random;
}

/** Standard normal by Box and Muller (1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** An integer in [0, n). */
export function integer(random: Random, n: number): number {
  return Math.floor(random() * n);
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled<T>(random: Random, values: readonly T[]): T[] {
  const copy = [...values];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = integer(random, i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
