// What the live view knows: the smoothed verdict, the frames of the last moments, and the changes counted. Pure.

import type { Prediction } from '../../../contract/prediction.ts';
import { VERDICTS, type Verdict } from '../../../contract/verdict.ts';
import { type Band, openness, type Smooth, smooth } from './smoothing.ts';

/** How far back the strip under the video and the rate look. */
export const STRIP_MS = 20_000;
const RATE_OVER_MS = 4_000;
const CHANGES_KEPT = 8;

export interface Mark {
  /** When the frame was taken, milliseconds since the page was opened. */
  readonly at: number;
  /** From taking the frame to its answer, milliseconds. */
  readonly latency: number;
  readonly verdict: Verdict;
  /** Of this frame alone; null without a bottle. */
  readonly pOpen: number | null;
  /** After smoothing; null without a bottle. */
  readonly smoothed: number | null;
}

export interface Change {
  readonly at: number;
  readonly to: Verdict;
}

export interface Live {
  readonly smooth: Smooth | null;
  /** The last answer, whose boxes lie over the video. */
  readonly last: Prediction | null;
  readonly marks: readonly Mark[];
  /** Newest first. */
  readonly changes: readonly Change[];
  /** How often each verdict was reached. */
  readonly counts: Readonly<Record<Verdict, number>>;
}

export interface Answered {
  readonly type: 'answered';
  readonly prediction: Prediction;
  readonly at: number;
  readonly latency: number;
  readonly band: Band;
}

export type LiveEvent = Answered | { readonly type: 'recount' } | { readonly type: 'interrupted' };

export const NOTHING_YET: Live = {
  smooth: null,
  last: null,
  marks: [],
  changes: [],
  counts: { open: 0, closed: 0, uncertain: 0, no_bottle: 0 },
};

export function reduce(live: Live, event: LiveEvent): Live {
  switch (event.type) {
    case 'answered':
      return takeIn(live, event);
    case 'recount':
      return { ...live, changes: [], counts: NOTHING_YET.counts };
    case 'interrupted':
      // What was before a pause says nothing about what comes after it; the counts stay.
      return { ...live, smooth: null, last: null };
  }
}

function takeIn(live: Live, { prediction, at, latency, band }: Answered): Live {
  const next = smooth(live.smooth, prediction, at, band);
  const mark: Mark = {
    at,
    latency,
    verdict: next.verdict,
    pOpen: prediction.verdict === 'no_bottle' ? null : prediction.p_open,
    smoothed: next.presence < 0.5 ? null : openness(next),
  };
  const marks = [...live.marks.filter((one) => at - one.at < STRIP_MS), mark];
  const changed = next.verdict !== live.smooth?.verdict;
  if (!changed) return { ...live, smooth: next, last: prediction, marks };
  return {
    smooth: next,
    last: prediction,
    marks,
    changes: [{ at, to: next.verdict }, ...live.changes].slice(0, CHANGES_KEPT),
    counts: { ...live.counts, [next.verdict]: live.counts[next.verdict] + 1 },
  };
}

export interface Pace {
  /** Frames judged a second. */
  readonly rate: number;
  /** Median of the time from a frame to its answer, milliseconds. */
  readonly latency: number;
}

/** Null until two frames have been answered. */
export function paceOf(marks: readonly Mark[]): Pace | null {
  const newest = marks.at(-1);
  if (newest === undefined) return null;
  const lately = marks.filter(({ at }) => newest.at - at <= RATE_OVER_MS);
  // A very slow server has a pace too.
  const recent = lately.length < 2 ? marks.slice(-2) : lately;
  const oldest = recent[0];
  if (oldest === undefined || recent.length < 2) return null;
  const latencies = recent.map(({ latency }) => latency).sort((a, b) => a - b);
  return {
    rate: (1_000 * (recent.length - 1)) / (newest.at - oldest.at),
    latency: latencies[Math.floor(latencies.length / 2)] ?? 0,
  };
}

/** In the order in which they are counted on the page. */
export const COUNTED = VERDICTS;
