// From a picture to a verdict or a failure, as events for the session.

import { useEffect } from 'preact/hooks';
import { failureOf } from '../../api/failure.ts';
import { mediaType, readBytes, requestPrediction } from '../../api/predict.ts';
import type { Picture } from '../../picture.ts';
import { inFlight, type SessionEvent, type View } from './session.ts';

/** This view also shows where the network looked. */
export const QUERY = '?heatmap=1';

/** Judges whatever picture is in flight. A new picture, a cancel or a clear aborts the running request. */
export function useJudge(view: View, dispatch: (event: SessionEvent) => void): void {
  const picture = inFlight(view) ? view.picture : null;
  const attempt = inFlight(view) ? view.attempt : 0;
  useEffect(() => {
    if (picture === null) return;
    const aborting = new AbortController();
    judge(picture, aborting.signal, dispatch);
    return () => aborting.abort();
  }, [picture, attempt, dispatch]);
}

async function judge(
  picture: Picture,
  abort: AbortSignal,
  dispatch: (event: SessionEvent) => void,
): Promise<void> {
  const { ticket, blob, name } = picture;
  try {
    const bytes = await readBytes(blob);
    if (abort.aborted) return;
    dispatch({ type: 'accepted', ticket });
    const prediction = await requestPrediction({
      body: bytes,
      mediaType: mediaType(blob),
      name,
      signal: abort,
      query: QUERY,
    });
    dispatch({ type: 'answered', ticket, prediction });
  } catch (error) {
    if (!abort.aborted) dispatch({ type: 'failed', ticket, failure: failureOf(error) });
  }
}
