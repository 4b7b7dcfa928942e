import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../../contract/prediction.ts';
import type { Failure } from '../../api/failure.ts';
import type { Picture } from '../../picture.ts';
import { EMPTY, reduce, type Session, type SessionEvent } from './session.ts';

const picture = (ticket: number): Picture => ({
  ticket,
  name: `${ticket}.jpg`,
  origin: 'file',
  blob: new Blob(['x']),
  url: `blob:${ticket}`,
});

const prediction: Prediction = {
  id: '01900000-0000-7000-8000-000000000000',
  created: '2026-01-01T00:00:00Z',
  file: null,
  verdict: 'closed',
  p_open: 0.1,
  confidence: 0.9,
  bottles: [],
  model: '0123456789ab',
  ms: 1,
  timings: { decode: 0, infer: 1, total: 1 },
  width: 1,
  height: 1,
  format: 'jpeg',
  bytes: 1,
  sha256: '0'.repeat(64),
};

const lost: Failure = { code: 'OFFLINE', values: {}, retryable: true, requestId: null, retryAfter: null };
const refused: Failure = {
  code: 'UNSUPPORTED_FORMAT',
  values: {},
  retryable: false,
  requestId: 'r',
  retryAfter: null,
};

const one = picture(1);
const two = picture(2);
const checking: Session = { view: { stage: 'checking', picture: one, attempt: 1 }, notice: null };
const sending: Session = { view: { stage: 'sending', picture: one, attempt: 1 }, notice: null };
const answered: Session = { view: { stage: 'answered', picture: one, prediction }, notice: null };
const failed = (failure: Failure): Session => ({
  view: { stage: 'failed', picture: one, attempt: 1, failure },
  notice: null,
});

const chose = (given: Picture): SessionEvent => ({ type: 'chosen', picture: given });
const checkingTwo: Session = { view: { stage: 'checking', picture: two, attempt: 1 }, notice: null };

describe('what changes the session', () => {
  test.each<[string, Session, SessionEvent, Session]>([
    ['a picture is chosen', EMPTY, chose(one), checking],
    ['the file could be read', checking, { type: 'accepted', ticket: 1 }, sending],
    ['the answer came', sending, { type: 'answered', ticket: 1, prediction }, answered],
    ['the file could not be read', checking, { type: 'failed', ticket: 1, failure: lost }, failed(lost)],
    ['the network was lost', sending, { type: 'failed', ticket: 1, failure: lost }, failed(lost)],
    ['another picture while the first is read', checking, chose(two), checkingTwo],
    ['another picture while the first is sent', sending, chose(two), checkingTwo],
    ['another picture after an answer', answered, chose(two), checkingTwo],
    ['another picture after a failure', failed(refused), chose(two), checkingTwo],
    ['started over', answered, { type: 'cleared' }, EMPTY],
    [
      'tried again',
      failed(lost),
      { type: 'retried' },
      { view: { stage: 'checking', picture: one, attempt: 2 }, notice: null },
    ],
    [
      'cancelled',
      sending,
      { type: 'cancelled' },
      failed({ code: 'CANCELLED', values: {}, retryable: true, requestId: null, retryAfter: null }),
    ],
    [
      'something worth saying',
      answered,
      { type: 'noticed', notice: 'NO_PICTURE_PASTED' },
      { ...answered, notice: 'NO_PICTURE_PASTED' },
    ],
    ['dismissed', { ...answered, notice: 'NO_PICTURE_PASTED' }, { type: 'dismissed' }, answered],
    [
      'a new picture takes an old notice away',
      { ...answered, notice: 'NO_PICTURE_PASTED' },
      chose(two),
      checkingTwo,
    ],
    [
      'the first of several',
      EMPTY,
      { type: 'chosen', picture: one, notice: 'FIRST_OF_SEVERAL' },
      { ...checking, notice: 'FIRST_OF_SEVERAL' },
    ],
  ])('%s', (_, before, event, after) => {
    expect(reduce(before, event)).toEqual(after);
  });
});

describe('what does not', () => {
  const late: Session = { view: { stage: 'sending', picture: two, attempt: 1 }, notice: null };
  test.each<[string, Session, SessionEvent]>([
    ['a late answer for another picture', late, { type: 'answered', ticket: 1, prediction }],
    ['a late failure for another picture', late, { type: 'failed', ticket: 1, failure: lost }],
    ['an answer after a cancel', failed(lost), { type: 'answered', ticket: 1, prediction }],
    ['a second answer', answered, { type: 'answered', ticket: 1, prediction: { ...prediction, p_open: 1 } }],
    ['an answer with no picture', EMPTY, { type: 'answered', ticket: 1, prediction }],
    ['a retry of what cannot succeed', failed(refused), { type: 'retried' }],
    ['a retry of an answer', answered, { type: 'retried' }],
    ['a cancel with nothing running', answered, { type: 'cancelled' }],
  ])('%s', (_, before, event) => {
    expect(reduce(before, event)).toBe(before);
  });
});
