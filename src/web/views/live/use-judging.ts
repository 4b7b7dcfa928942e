// Runs the frame loop while there is something to look at, and says what has become of it.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Prediction } from '../../../contract/prediction.ts';
import { type Failure, wantsKey } from '../../api/failure.ts';
import { keyStore } from '../../api/key.ts';
import { judgeFrames } from './frame-loop.ts';

export interface Trouble {
  readonly failure: Failure;
  /** Milliseconds until the next try by itself; null when there will be none. */
  readonly wait: number | null;
}

type OnAnswer = (prediction: Prediction, at: number, latency: number) => void;

/** Judges `video` while it is not null. Returns what is wrong at present, and a way to try again. */
export function useJudging(video: HTMLVideoElement | null, onAnswer: OnAnswer): [Trouble | null, () => void] {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [attempt, setAttempt] = useState(0);
  const answer = useRef(onAnswer);
  answer.current = onAnswer;
  useEffect(() => {
    if (video === null) return;
    const ending = new AbortController();
    judgeFrames({
      video,
      signal: ending.signal,
      onAnswer: (...given) => {
        setTrouble(null);
        answer.current(...given);
      },
      onFailure: (failure, wait) => setTrouble({ failure, wait }),
    });
    return () => {
      ending.abort();
      setTrouble(null);
    };
  }, [video, attempt]);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  const refused = trouble !== null && wantsKey(trouble.failure);
  useEffect(() => {
    if (!refused) return;
    return keyStore.subscribe(() => {
      if (keyStore.get().key !== null && !keyStore.get().wanted) retry();
    });
  }, [refused, retry]);
  return [trouble, retry];
}

/** Whether the tab can be seen. */
export function useInSight(): boolean {
  const [inSight, setInSight] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const look = (): void => setInSight(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return inSight;
}

/** Keeps a phone's screen lit; where the browser cannot, it goes dark as always. */
export function useScreenLit(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !('wakeLock' in navigator)) return;
    const asking = navigator.wakeLock.request('screen').catch(() => null);
    return () => void asking.then((lock) => lock?.release());
  }, [wanted]);
}
