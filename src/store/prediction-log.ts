import type { Feedback } from '../contract/feedback.ts';
import type { LogEntry } from '../contract/prediction-list.ts';
import type { Verdict } from '../contract/verdict.ts';

// What is remembered of every picture that was asked about. Pictures themselves are never stored here.

/** Which entries to list. Times are RFC 3339 in UTC. */
export interface LogFilter {
  /** Not before this time. */
  readonly from?: string | undefined;
  /** Before this time. */
  readonly to?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly model?: string | undefined;
  /** Client address. */
  readonly client?: string | undefined;
  readonly outcome?: LogEntry['outcome'] | undefined;
  /** At most this many entries. */
  readonly limit: number;
  /** Entries older than the one with this id. */
  readonly cursor?: string | undefined;
}

export interface LogPage {
  /** Newest first. */
  readonly entries: readonly LogEntry[];
  /** The cursor of the next page, null on the last one. */
  readonly next: string | null;
}

export interface PredictionLog {
  /**
   * Resolves once the entry would survive the death of the process and a power cut; rejects when it could not be
   * written, and then nothing of it is there.
   */
  append(entry: LogEntry): Promise<void>;
  find(id: string): Promise<LogEntry | undefined>;
  list(filter: LogFilter): Promise<LogPage>;
  /** Replaces what was said before of the same prediction. False when there is no such prediction. */
  saveFeedback(feedback: Feedback): Promise<boolean>;
  findFeedback(prediction: string): Promise<Feedback | undefined>;
  /** False when there was none. */
  removeFeedback(prediction: string): Promise<boolean>;
  /** Rejects when the log cannot be written to. Writes nothing. */
  check(): Promise<void>;
}
