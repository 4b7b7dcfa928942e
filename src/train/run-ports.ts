/** What a training run is given by whoever starts it. */
export interface RunPorts {
  /** Where logs, checkpoints and stages between are kept. */
  readonly folder: string;
  /** Threads of the engine; 0 for all cores. */
  readonly threads: number;
  /** Worker threads that make batches. */
  readonly workers: number;
  /** Folder of decoded pictures, shared by all runs. */
  readonly cache: string;
  /** `loss` is null for stages that do not train. */
  readonly onProgress: (stage: string, done: number, of: number, loss: number | null) => void;
  readonly signal: AbortSignal;
}

/** Decoded pictures on disk, all workers together: 6 GB hold some 6,000 photographs of 640 × 480. */
const CACHE_BYTES = 6e9;

/** A worker's part of the cache. */
export const cacheShare = ({ cache, workers }: RunPorts) => ({
  folder: cache,
  maxBytes: CACHE_BYTES / workers,
});
