/** What a training run is given by whoever starts it. */
export interface RunPorts {
  /** Where logs, checkpoints and stages between are kept. */
  readonly folder: string;
  /** Threads of the engine; 0 for all cores. */
  readonly threads: number;
  /** Worker threads that make batches. */
  readonly workers: number;
  /** `loss` is null for stages that do not train. */
  readonly onProgress: (stage: string, done: number, of: number, loss: number | null) => void;
  readonly signal: AbortSignal;
}
