// The statistics of a range, asked for again by themselves while somebody can see them.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Statistics } from '../../../contract/statistics.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { keyStore } from '../../api/key.ts';
import { useStore } from '../../store.ts';
import { type Range, requestStatistics } from './statistics.ts';

export const REFRESH_SECONDS = 30;

export interface Watched {
  /** Null until the first answer; kept while a later one fails. */
  readonly statistics: Statistics | null;
  /** The range that `statistics` is about. */
  readonly range: Range;
  readonly failure: Failure | null;
  readonly refresh: () => void;
}

/** `paused`: asked for once, and then only on request. A hidden page asks for nothing. */
export function useStatistics(range: Range, model: string | null, paused: boolean): Watched {
  const [answer, setAnswer] = useState<{ statistics: Statistics; range: Range } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [asking, setAsking] = useState(0);
  // The server's clock, as of the last answer: it alone says what "now" is.
  const clock = useRef<number | null>(null);
  const { key } = useStore(keyStore);
  const refresh = (): void => setAsking((before) => before + 1);

  useEffect(() => {
    const leaving = new AbortController();
    const now = clock.current === null ? null : clock.current + performance.now();
    const shown = now === null ? 'day' : range;
    requestStatistics({ range: shown, model, now }, leaving.signal).then(
      (statistics) => {
        clock.current = Date.parse(statistics.to) - performance.now();
        setAnswer({ statistics, range: shown });
        setFailure(null);
        if (shown !== range) refresh();
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setFailure(failureOf(error));
      },
    );
    return () => leaving.abort();
  }, [range, model, asking, key]);

  useRepeated(refresh, !paused);
  return { statistics: answer?.statistics ?? null, range: answer?.range ?? range, failure, refresh };
}

/** Calls `act` every `REFRESH_SECONDS` while the page is seen, and at once when it is seen again. */
function useRepeated(act: () => void, on: boolean): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!on) return;
    const actIfSeen = (): void => {
      if (document.visibilityState === 'visible') latest.current();
    };
    const timer = setInterval(actIfSeen, REFRESH_SECONDS * 1000);
    document.addEventListener('visibilitychange', actIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', actIfSeen);
    };
  }, [on]);
}
