// Reads what the server sent. A guard by hand: the schema library would be a third of the page's JavaScript.

import type { ErrorBody } from '../../contract/error-body.ts';
import { isErrorCode } from '../../contract/errors.ts';
import type { Accuracy, ModelInfo } from '../../contract/model-info.ts';
import type { Bottle, Prediction } from '../../contract/prediction.ts';
import { BOTTLE_STATES, VERDICTS } from '../../contract/verdict.ts';

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

/** Whether `value` has every field of a model's description that the page reads. */
export function isModelInfo(value: unknown): value is ModelInfo {
  return (
    isFields(value) &&
    texts(value, 'id', 'name', 'version') &&
    areNumbers(value.uncertain, 2) &&
    Array.isArray(value.accuracy) &&
    value.accuracy.every(isAccuracy)
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

function isAccuracy(value: unknown): value is Accuracy {
  return (
    isFields(value) &&
    texts(value, 'split') &&
    numbers(value, 'value', 'count', 'of') &&
    areNumbers(value.interval, 2)
  );
}

function isBottle(value: unknown): value is Bottle {
  return (
    isFields(value) &&
    isOneOf(BOTTLE_STATES, value.state) &&
    numbers(value, 'confidence', 'p_open', 'presence') &&
    areNumbers(value.box, 4)
  );
}

function isHeatmap(value: unknown): boolean {
  if (!isFields(value) || !numbers(value, 'width', 'height')) return false;
  return areNumbers(value.values, Number(value.width) * Number(value.height));
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

function areNumbers(value: unknown, count: number): boolean {
  return Array.isArray(value) && value.length === count && value.every(Number.isFinite);
}

function isOneOf(words: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && words.includes(value);
}
