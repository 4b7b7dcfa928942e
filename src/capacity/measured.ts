// What was measured on two x86-64 cores, and where a question starts from unless it brings its own figures. After a change
// `npx vitest run test/deploy/observe-documents.test.ts -u` and `node test/deploy/cloud-costs.ts` bring the documents
// up to date.

/** The commands that print them are named in docs/benchmarks.md and docs/deployment.md. */
export const MEASURED = {
  /** Processor time of a picture of 100 KB that nobody has sent before, all of it (`bench/load.ts compare`), in ms. */
  pictureCpuMs: 32.5,
  /** Of one that the cache answers (`bench/load.ts repeated`), in ms. */
  repeatedCpuMs: 0.6,
  /** Standard deviation of it by its mean, in one server of two processes (`bench/capacity-check.ts`). */
  spread: 0.12,
  /** What an answer waits for without a core, in ms (likewise; nothing where the database is on the machine). */
  delayMs: 0,
  /** A row of the log with its indexes in PostgreSQL (`bench/capacity-check.ts records`). */
  rowBytes: 1_004,
  /** An answer in Redis (`bench/capacity-check.ts records`). */
  answerBytes: 600,
} as const;
