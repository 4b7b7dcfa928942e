// What was measured on two x86-64 cores, and where a question starts from unless it brings its own figures. After a change
// `npx vitest run test/deploy/observe-documents.test.ts -u` and `node test/deploy/cloud-costs.ts` bring the documents
// up to date.

/** The commands that print them are named in docs/benchmarks.md and docs/deployment.md. */
export const MEASURED = {
  /** Processor time of a picture of 100 KB that nobody has sent before, all of it (`bench/load.ts compare`), in ms. */
  pictureCpuMs: 52.2,
  /** Of one that the cache answers (`bench/load.ts repeated`), in ms. */
  repeatedCpuMs: 1.82,
  /** Standard deviation of it by its mean. Assumed until `bench/capacity-check.ts` has run on a quiet machine. */
  spread: 0.15,
  /** What an answer waits for without a core, in ms. Assumed likewise. */
  delayMs: 3,
  /** A row of the log with its indexes in PostgreSQL (`bench/capacity-check.ts records`). */
  rowBytes: 1_004,
  /** An answer in Redis (`bench/capacity-check.ts records`). */
  answerBytes: 600,
} as const;
