import type { ErrorCode } from '../contract/errors.ts';
import type { FeedbackLabel } from '../contract/feedback.ts';
import type { PictureFormat } from '../contract/limits.ts';
import type { LogEntry } from '../contract/prediction-list.ts';
import type { Verdict } from '../contract/verdict.ts';

// The columns as the database holds them. Times are RFC 3339 text in UTC with milliseconds, which sorts by time.

export interface PredictionRow {
  readonly id: string;
  readonly created: string;
  readonly request_id: string;
  readonly route: string;
  readonly client_address: string;
  readonly client_key_id: string | null;
  readonly client_user_agent: string | null;
  readonly outcome: LogEntry['outcome'];
  readonly error_code: ErrorCode | null;
  readonly file: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly format: PictureFormat | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly verdict: Verdict | null;
  readonly p_open: number | null;
  readonly confidence: number | null;
  /** JSON. */
  readonly bottles: string | null;
  readonly model: string | null;
  readonly decode_ms: number | null;
  readonly infer_ms: number | null;
  readonly total_ms: number | null;
  /** 1 for an answer from the cache. */
  readonly cached: number | null;
  /** Null also in answers from before it was recorded. */
  readonly brightness: number | null;
}

export interface FeedbackRow {
  readonly prediction: string;
  readonly label: FeedbackLabel;
  readonly comment: string | null;
  readonly created: string;
  /** 1 for a reviewer's last word. */
  readonly reviewed: number;
}

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly hash: string;
  /** Separated by spaces. */
  readonly scopes: string;
  readonly per_minute: number | null;
  readonly created: string;
  readonly expires: string | null;
  readonly revoked: string | null;
  readonly last_used: string | null;
}

export interface Tables {
  readonly predictions: PredictionRow;
  readonly feedback: FeedbackRow;
  readonly api_keys: ApiKeyRow;
}
