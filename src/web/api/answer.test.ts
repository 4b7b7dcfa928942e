import { describe, expect, test } from 'vitest';
import { isModelInfo, isPrediction, isRefusal } from './answer.ts';

const bottle = { box: [1, 2, 3, 4], state: 'open', confidence: 0.9, p_open: 0.9, presence: 1 };
const good = {
  id: 'i',
  created: '2026-01-01T00:00:00Z',
  file: null,
  verdict: 'open',
  p_open: 0.9,
  confidence: 0.9,
  bottles: [bottle],
  model: 'm',
  ms: 3,
  timings: { decode: 1, infer: 2, total: 3 },
  width: 10,
  height: 10,
  format: 'jpeg',
  bytes: 5,
  sha256: 's',
  heatmap: { width: 2, height: 1, values: [0, 1] },
};

describe('a prediction', () => {
  test('is known, with and without a heat map, also with fields of a newer server', () => {
    const { heatmap: _, ...without } = good;
    expect(isPrediction(good)).toBe(true);
    expect(isPrediction(without)).toBe(true);
    expect(isPrediction({ ...good, more: 1 })).toBe(true);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'open'],
    ['a list', [good]],
    ['an unknown verdict', { ...good, verdict: 'ajar' }],
    ['a probability as text', { ...good, p_open: '0.9' }],
    ['no timings', { ...good, timings: undefined }],
    ['a box of three', { ...good, bottles: [{ ...bottle, box: [1, 2, 3] }] }],
    ['an unknown state', { ...good, bottles: [{ ...bottle, state: 'broken' }] }],
    ['a heat map that does not fit', { ...good, heatmap: { width: 3, height: 1, values: [0, 1] } }],
  ])('is not: %s', (_, value) => {
    expect(isPrediction(value)).toBe(false);
  });
});

describe('a refusal', () => {
  const refusal = {
    error: 'words',
    code: 'FILE_TOO_LARGE',
    retryable: false,
    values: { limit_bytes: 1 },
    language: 'en',
    request_id: 'r',
  };

  test('is known by its code', () => {
    expect(isRefusal(refusal)).toBe(true);
    expect(isRefusal({ ...refusal, code: 'FROM_THE_FUTURE' })).toBe(false);
    expect(isRefusal({ ...refusal, values: { limit_bytes: null } })).toBe(false);
    expect(isRefusal({ error: 'proxy says no' })).toBe(false);
  });
});

test('a model is known by its band of doubt and its measured accuracy', () => {
  const accuracy = { split: 'sources', value: 0.8, count: 8, of: 10, interval: [0.44, 0.97] };
  const model = { id: 'm', name: 'mouth', version: '1', uncertain: [0.4, 0.6], accuracy: [accuracy] };
  expect(isModelInfo(model)).toBe(true);
  expect(isModelInfo({ ...model, accuracy: [] })).toBe(true);
  expect(isModelInfo({ ...model, uncertain: [0.4] })).toBe(false);
  expect(isModelInfo({ ...model, accuracy: [{ ...accuracy, interval: null }] })).toBe(false);
});
