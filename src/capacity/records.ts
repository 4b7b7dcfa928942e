// What is left of the requests: rows of the log, and answers that Redis keeps.

export interface RecordsQuestion {
  /** Answered requests a second, averaged over days. */
  readonly perSecond: number;
  /** Share of them whose picture has been seen before, 0 to 1. */
  readonly repeated: number;
  /** Of a row with its indexes. */
  readonly rowBytes: number;
  /** Of an answer in Redis, with its name and what Redis needs for it. */
  readonly answerBytes: number;
  /** `CACHE_TTL_SECONDS` */
  readonly keepSeconds: number;
}

export interface Records {
  readonly rowsPerDay: number;
  /** A partition of the log holds a month; this is one of 30 days. */
  readonly bytesPerMonth: number;
  /** When Redis keeps every new answer for as long as it is told to. */
  readonly redisBytes: number;
}

const SECONDS_PER_DAY = 86_400;

export function records(question: RecordsQuestion): Records {
  const { perSecond, repeated, rowBytes, answerBytes, keepSeconds } = question;
  const rowsPerDay = perSecond * SECONDS_PER_DAY;
  return {
    rowsPerDay,
    bytesPerMonth: 30 * rowsPerDay * rowBytes,
    redisBytes: perSecond * (1 - repeated) * keepSeconds * answerBytes,
  };
}
