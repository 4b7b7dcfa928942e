import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../../contract/prediction.ts';
import type { Verdict } from '../../../contract/verdict.ts';
import { pageFailure, tableFailure } from '../../api/failure.ts';
import { waitAfter } from './frame-loop.ts';
import { type Live, type Mark, NOTHING_YET, paceOf, reduce } from './live-state.ts';
import { type FrameAnswer, openness, type Smooth, smooth, sureness, TIME_CONSTANT_MS } from './smoothing.ts';
import { linesOf } from './strip.tsx';

const BAND = [0.4, 0.6] as const;
const open: FrameAnswer = { verdict: 'open', p_open: 0.9 };
const closed: FrameAnswer = { verdict: 'closed', p_open: 0.1 };
const nothing: FrameAnswer = { verdict: 'no_bottle', p_open: 0.5 };

/** Takes answers in, `step` milliseconds apart. */
function smoothed(answers: readonly FrameAnswer[], step = 100): Smooth {
  let state: Smooth | null = null;
  answers.forEach((answer, index) => {
    state = smooth(state, answer, index * step, BAND);
  });
  if (state === null) throw new Error('no answers');
  return state;
}

describe('smoothing', () => {
  test('the first answer is shown as it is', () => {
    expect(smoothed([open]).verdict).toBe('open');
    expect(openness(smoothed([open]))).toBeCloseTo(0.9);
    expect(smoothed([nothing]).verdict).toBe('no_bottle');
    expect(sureness(smoothed([nothing]))).toBe(1);
  });

  test('after one time constant an old answer counts 1/e', () => {
    // By hand: log-odds ln 9 and −ln 9; 1/e of the first and the rest of the second.
    const expected = Math.log(9) * (1 / Math.E - (1 - 1 / Math.E));
    expect(smoothed([open, closed], TIME_CONSTANT_MS).logOdds).toBeCloseTo(expected);
  });

  test('one odd frame between others changes nothing', () => {
    const verdicts = [open, open, closed, open, open].map((_, index, all) =>
      smoothed(all.slice(0, index + 1)),
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['open', 'open', 'open', 'open', 'open']);
  });

  test('nor does one from a slow server, where every answer weighs nearly everything', () => {
    expect(smoothed([open, open, closed], 5_000).verdict).toBe('open');
    expect(smoothed([open, open, closed, closed], 5_000).verdict).toBe('closed');
  });

  test('a lasting change is followed within a second', () => {
    expect(smoothed([...Array(10).fill(open), ...Array(10).fill(closed)]).verdict).toBe('closed');
    expect(smoothed([...Array(10).fill(open), ...Array(10).fill(nothing)]).verdict).toBe('no_bottle');
  });

  test('the same answer again and again is that answer, at any pace', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 2, maxLength: 30 }),
        (pOpen, steps) => {
          let [state, at]: [Smooth | null, number] = [null, 0];
          for (const step of steps) {
            at += step;
            state = smooth(state, { verdict: 'open', p_open: pOpen }, at, BAND);
          }
          if (state === null) throw new Error('no steps');
          expect(openness(state)).toBeCloseTo(pOpen, 6);
          expect(state.verdict).toBe(pOpen >= 0.6 ? 'open' : pOpen <= 0.4 ? 'closed' : 'uncertain');
        },
      ),
    );
  });

  test('the smoothed probability never leaves what the frames said', () => {
    const frames = fc.array(fc.double({ min: 0.02, max: 0.98, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(frames, (values) => {
        const state = smoothed(values.map((p_open) => ({ verdict: 'open' as const, p_open })));
        expect(openness(state)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(openness(state)).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
    );
  });
});

describe('what the live view knows', () => {
  const prediction = (verdict: Verdict, pOpen: number): Prediction => ({
    id: '01900000-0000-7000-8000-000000000000',
    created: '2026-01-01T00:00:00Z',
    file: null,
    verdict,
    p_open: pOpen,
    confidence: Math.max(pOpen, 1 - pOpen),
    bottles: [],
    model: 'm',
    ms: 1,
    timings: { decode: 0, infer: 1, total: 1 },
    width: 10,
    height: 10,
    format: 'jpeg',
    bytes: 1,
    sha256: 's',
  });
  const watch = (answers: readonly (readonly [Verdict, number])[], from: Live = NOTHING_YET): Live =>
    answers.reduce(
      (live, [verdict, pOpen], index) =>
        reduce(live, {
          type: 'answered',
          prediction: prediction(verdict, pOpen),
          at: 1_000 * index,
          latency: 10 * (index + 1),
          band: BAND,
        }),
      from,
    );

  test('counts a verdict each time it is reached', () => {
    const live = watch([
      ['closed', 0.05],
      ['closed', 0.05],
      ['open', 0.95],
      ['open', 0.95],
      ['closed', 0.05],
      ['closed', 0.05],
    ]);
    expect(live.counts).toEqual({ open: 1, closed: 2, uncertain: 0, no_bottle: 0 });
    expect(live.changes.map(({ to }) => to)).toEqual(['closed', 'open', 'closed']);
    expect(reduce(live, { type: 'recount' }).counts.closed).toBe(0);
  });

  test('starts anew after a pause and keeps the counts', () => {
    const live = reduce(watch([['open', 0.9]]), { type: 'interrupted' });
    expect(live).toMatchObject({ smooth: null, last: null, counts: { open: 1 } });
  });

  test('pace: frames a second over the last seconds, and the median latency', () => {
    expect(paceOf([])).toBeNull();
    expect(paceOf(watch([['open', 0.9]]).marks)).toBeNull();
    // A frame a second; of the last five the latencies are 20, 30, 40, 50, 60.
    const { marks } = watch(Array.from({ length: 6 }, () => ['open', 0.9] as const));
    expect(paceOf(marks)).toEqual({ rate: 1, latency: 40 });
    // Ten seconds from one to the next.
    const slow = [0, 10_000].map((at) => slowMark(at));
    expect(paceOf(slow)).toEqual({ rate: 0.1, latency: 9_000 });
  });

  test('forgets what the strip no longer shows', () => {
    expect(watch(Array.from({ length: 60 }, () => ['open', 0.9] as const)).marks).toHaveLength(20);
  });
});

const slowMark = (at: number): Mark => {
  return { at, latency: 9_000, verdict: 'open', pOpen: 0.9, smoothed: 0.9 };
};

test('the line of the strip breaks where there is no bottle', () => {
  const mark = (at: number, value: number | null): Mark => {
    return { at, latency: 1, verdict: 'open', pOpen: value, smoothed: value };
  };
  const marks = [mark(0, null), mark(1, 0.5), mark(2, 0.6), mark(3, null), mark(4, 0.7)];
  expect(linesOf(marks).map((line) => line.map(({ at }) => at))).toEqual([[1, 2], [4]]);
});

describe('after a failure', () => {
  test('the server is asked again when it says, else ever more rarely', () => {
    const busy = { ...tableFailure('OVERLOADED', { seconds: 7 }), retryAfter: 7 };
    expect(waitAfter(busy, 3)).toBe(7_000);
    expect([0, 1, 2, 3, 4, 9].map((before) => waitAfter(pageFailure('OFFLINE'), before))).toEqual([
      1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ]);
  });

  test('not at all when that is useless', () => {
    expect(waitAfter(tableFailure('UNSUPPORTED_FORMAT'), 0)).toBeNull();
    expect(waitAfter({ ...tableFailure('UNAUTHORIZED'), retryable: true }, 0)).toBeNull();
  });
});
