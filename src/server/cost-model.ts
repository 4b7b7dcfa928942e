/** How much less each job counts with every one that comes after it: the last hundred or so decide. */
const DECAY = 0.98;

/**
 * Learns how long a picture takes from how many bytes it has: `base + perByte · bytes`, by least squares over what was
 * measured lately. Bytes are what is known before anything is decoded, and decoding grows with them.
 */
export class CostModel {
  #weight = 0;
  #bytes = 0;
  #ms = 0;
  #bytesSquared = 0;
  #bytesMs = 0;

  constructor() {
    // Before anything was measured: a small picture and a phone's frame on a slow core.
    this.learn(100_000, 50);
    this.learn(600_000, 100);
  }

  learn(given: number | undefined, ms: number): void {
    const bytes = given ?? this.#bytes / this.#weight;
    this.#weight = DECAY * this.#weight + 1;
    this.#bytes = DECAY * this.#bytes + bytes;
    this.#ms = DECAY * this.#ms + ms;
    this.#bytesSquared = DECAY * this.#bytesSquared + bytes * bytes;
    this.#bytesMs = DECAY * this.#bytesMs + bytes * ms;
  }

  /** Milliseconds. Without a size, for one like those of late. */
  predict(bytes?: number): number {
    const [meanBytes, meanMs] = [this.#bytes / this.#weight, this.#ms / this.#weight];
    if (bytes === undefined) return meanMs;
    return Math.max(0.1 * meanMs, meanMs + this.#slope(meanBytes, meanMs) * (bytes - meanBytes));
  }

  /** Larger pictures are never taken to be cheaper; nothing is made of sizes that hardly differ. */
  #slope(meanBytes: number, meanMs: number): number {
    const variance = this.#bytesSquared / this.#weight - meanBytes ** 2;
    if (variance < (0.05 * meanBytes) ** 2) return 0;
    return Math.max(0, (this.#bytesMs / this.#weight - meanBytes * meanMs) / variance);
  }
}
