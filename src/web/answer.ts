// Reads what the server sent. A guard by hand: the schema library would be a third of the page's JavaScript.

import type { ErrorBody } from '../contract/error-body.ts';
import { isErrorCode } from '../contract/errors.ts';
import type { Bottle, Prediction } from '../contract/prediction.ts';
import { BOTTLE_STATES, VERDICTS } from '../contract/verdict.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Whether `value` has every field of a prediction that the page reads. */
export function isPrediction(value: unknown): value is Prediction {
  return (
    isFields(value) &&
    texts(value, 'id', 'model', 'sha256') &&
    numbers(value, 'p_open', 'confidence', 'width', 'height', 'bytes', 'ms') &&
    isOneOf(VERDICTS, value.verdict) &&
    isFields(value.timings) &&
    numbers(value.timings, 'decode', 'infer', 'total') &&
    Array.isArray(value.bottles) &&
    value.bottles.every(isBottle) &&
    (value.heatmap === undefined || isHeatmap(value.heatmap))
  );
}

/** Whether `value` is a refusal whose code this page knows. */
export function isRefusal(value: unknown): value is ErrorBody {
  return (
    isFields(value) &&
    texts(value, 'code', 'request_id') &&
    isErrorCode(String(value.code)) &&
    typeof value.retryable === 'boolean' &&
    isFields(value.values) &&
    Object.values(value.values).every((one) => typeof one === 'string' || typeof one === 'number')
  );
}

function isBottle(value: unknown): value is Bottle {
  return (
    isFields(value) &&
    isOneOf(BOTTLE_STATES, value.state) &&
    numbers(value, 'confidence', 'p_open') &&
    Array.isArray(value.box) &&
    value.box.length === 4 &&
    value.box.every(Number.isFinite)
  );
}

function isHeatmap(value: unknown): boolean {
  if (!isFields(value) || !numbers(value, 'width', 'height')) return false;
  const { width, height, values } = value;
  return (
    Array.isArray(values) && values.length === Number(width) * Number(height) && values.every(Number.isFinite)
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function texts(value: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function numbers(value: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => Number.isFinite(value[name]));
}

function isOneOf(words: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && words.includes(value);
}
