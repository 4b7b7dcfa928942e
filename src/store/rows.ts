import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Feedback } from '../contract/feedback.ts';
import { Bottle, type Prediction } from '../contract/prediction.ts';
import type { LogEntry } from '../contract/prediction-list.ts';
import type { FeedbackRow, PredictionRow } from './tables.ts';

// A log entry as a row, and back.

const Bottles = Type.Array(Bottle);
type Bottles = Static<typeof Bottles>;

const NO_PREDICTION = {
  file: null,
  bytes: null,
  sha256: null,
  format: null,
  width: null,
  height: null,
  verdict: null,
  p_open: null,
  confidence: null,
  bottles: null,
  model: null,
  decode_ms: null,
  infer_ms: null,
  total_ms: null,
  cached: null,
  brightness: null,
} as const;

/** `keep` is what is kept of a client's address. */
export function toRow(entry: LogEntry, keep: (address: string) => string): PredictionRow {
  const { prediction, error } = entry;
  return {
    ...NO_PREDICTION,
    id: entry.id,
    created: entry.created,
    request_id: entry.request_id,
    route: storable(entry.route),
    client_address: storable(keep(entry.client.address)),
    client_key_id: entry.client.key_id,
    client_user_agent: storable(entry.client.user_agent),
    outcome: entry.outcome,
    error_code: error?.code ?? null,
    ...(error && { file: storable(error.file), bytes: error.bytes }),
    ...(prediction && predictionColumns(prediction)),
  };
}

function predictionColumns(prediction: Prediction) {
  const { bytes, sha256, format, width, height, verdict, p_open, confidence, model } = prediction;
  return {
    file: storable(prediction.file),
    ...{ bytes, sha256, format, width, height, verdict, p_open, confidence, model },
    bottles: JSON.stringify(prediction.bottles),
    decode_ms: prediction.timings.decode,
    infer_ms: prediction.timings.infer,
    total_ms: prediction.timings.total,
    cached: prediction.cached ? 1 : 0,
    brightness: prediction.brightness ?? null,
  };
}

export function toEntry(row: PredictionRow): LogEntry {
  return {
    id: row.id,
    created: row.created,
    request_id: row.request_id,
    route: row.route,
    client: {
      address: row.client_address,
      key_id: row.client_key_id,
      user_agent: row.client_user_agent,
    },
    outcome: row.outcome,
    prediction: toPrediction(row),
    error: row.error_code && { code: row.error_code, file: row.file, bytes: row.bytes },
  };
}

/** Null for a refusal. */
export function toPrediction(row: PredictionRow): Prediction | null {
  if (row.outcome !== 'answered') return null;
  const total = present(row.total_ms);
  return {
    id: row.id,
    created: row.created,
    file: row.file,
    verdict: present(row.verdict),
    p_open: present(row.p_open),
    confidence: present(row.confidence),
    bottles: parseBottles(present(row.bottles)),
    model: present(row.model),
    ms: total,
    timings: { decode: present(row.decode_ms), infer: present(row.infer_ms), total },
    width: present(row.width),
    height: present(row.height),
    format: present(row.format),
    bytes: present(row.bytes),
    sha256: present(row.sha256),
    ...(row.brightness !== null && { brightness: row.brightness }),
    ...(row.cached === 1 && { cached: true }),
  };
}

export function toFeedbackRow({ reviewed, comment, ...feedback }: Feedback): FeedbackRow {
  return { ...feedback, comment: storable(comment), reviewed: reviewed ? 1 : 0 };
}

export function toFeedback({ reviewed, ...row }: FeedbackRow): Feedback {
  return { ...row, reviewed: reviewed === 1 };
}

/** Text of a client that every database takes: no zero character, no half of a surrogate pair. */
export function storable<Text extends string | null>(text: Text): Text | string {
  return text === null ? text : text.replaceAll('\0', '\uFFFD').toWellFormed();
}

function parseBottles(json: string): Bottles {
  return Value.Parse(Bottles, JSON.parse(json));
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('The prediction log holds an answered entry without its answer');
  return value;
}
