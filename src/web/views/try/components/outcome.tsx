// What stands in the verdict's place while there is none: the wait, or what went wrong.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../../../api/failure.ts';
import { WarningIcon } from '../../../components/icons.tsx';
import { useSpeech } from '../../../text/context.ts';
import { failureText } from '../../../text/failure-text.ts';
import { FAILURE_ID } from './intake.tsx';

/** A wait shorter than this is not worth a number. */
const SLOW_AFTER_SECONDS = 2;

export function Waiting({ onCancel }: { readonly onCancel: () => void }): JSX.Element {
  const { say } = useSpeech();
  const seconds = useSeconds();
  return (
    <section class="waiting" aria-labelledby="outcome">
      <h1 id="outcome" tabIndex={-1}>
        <span class="spinner" aria-hidden="true" />
        {say('working')}
      </h1>
      <p>
        <button class="button" type="button" onClick={onCancel}>
          {say('cancel')}
        </button>
        {seconds >= SLOW_AFTER_SECONDS && <span class="elapsed">{say('elapsed', { seconds })}</span>}
      </p>
    </section>
  );
}

/** Whole seconds since the component appeared. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}

interface FailedProps {
  readonly failure: Failure;
  readonly onRetry: () => void;
}

export function Failed({ failure, onRetry }: FailedProps): JSX.Element {
  const speech = useSpeech();
  const { say } = speech;
  useRetryWhenOnline(failure.code === 'OFFLINE', onRetry);
  return (
    <section class="failed" aria-labelledby="outcome">
      <h1 id="outcome" tabIndex={-1}>
        <WarningIcon />
        {say('failedHeading')}
      </h1>
      <p id={FAILURE_ID} role="alert">
        {failureText(failure, speech)}
      </p>
      {failure.code === 'OFFLINE' && !navigator.onLine && <p>{say('retriesWhenOnline')}</p>}
      {failure.requestId !== null && <p class="request-id">{say('requestId', { id: failure.requestId })}</p>}
      {failure.retryable && (
        <button class="button" type="button" onClick={onRetry}>
          {say('retry')}
        </button>
      )}
    </section>
  );
}

function useRetryWhenOnline(wanted: boolean, onRetry: () => void): void {
  useEffect(() => {
    if (!wanted) return;
    addEventListener('online', onRetry);
    return () => removeEventListener('online', onRetry);
  }, [wanted, onRetry]);
}
