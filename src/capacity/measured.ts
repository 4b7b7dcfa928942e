// What was measured on two x86-64 cores, and where a question starts from unless it brings its own figures.

/** The commands that print them are named in docs/benchmarks.md and docs/deployment.md. */
export const MEASURED = {
  /** Processor time of a picture of 100 KB that nobody has sent before, all of it (`bench/load.ts compare`), in ms. */
  pictureCpuMs: 52.2,
  /** Of one that the cache answers (`bench/load.ts repeated`), in ms. */
  repeatedCpuMs: 1.82,
  /** Standard deviation of it by its mean, one picture at a time (`bench/capacity-check.ts`). */
  spread: 0.15,
  /** What an answer waits for without a core, one at a time (`bench/capacity-check.ts`), in ms. */
  delayMs: 3,
  /** A row of the log with its indexes in PostgreSQL (`bench/capacity-check.ts records`). */
  rowBytes: 1_004,
  /** An answer in Redis (`bench/capacity-check.ts records`). */
  answerBytes: 600,
} as const;
