// How far it is, why it rests if it does, what can be done, and what has come of it so far.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { VERDICTS } from '../../../contract/verdict.ts';
import { askForKey } from '../../api/key.ts';
import { download } from '../../download.ts';
import { type Speech, useTexts } from '../../text/context.ts';
import { type Batch, type BatchEvent, type Count, countOf, type Hold, secondsLeft } from './batch.ts';
import { asCsv, asJson } from './results.ts';
import { kindCounts } from './rows.ts';
import { TEXTS } from './texts.ts';

interface ProgressProps {
  readonly batch: Batch;
  readonly dispatch: (event: BatchEvent) => void;
}

export function Progress({ batch, dispatch }: ProgressProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const count = countOf(batch);
  const { all, done } = count;
  return (
    <section class="batch-progress" aria-label={say('progress')}>
      <div class="batch-figures">
        <strong>{say('doneOf', { done, all })}</strong>
        <span>
          <State batch={batch} count={count} />
        </span>
      </div>
      <progress class="visually-hidden" max={all} value={done} aria-label={say('progress')} />
      <Share batch={batch} />
      <Actions {...{ batch, count, dispatch }} />
    </section>
  );
}

function State({ batch, count }: { readonly batch: Batch; readonly count: Count }): JSX.Element {
  const speech = useTexts(TEXTS);
  const { say } = speech;
  if (count.done === count.all) return <>{say('finished')}</>;
  if (batch.paused) return <>{say('paused')}</>;
  if (batch.hold !== null) return <Held hold={batch.hold} />;
  const left = secondsLeft(batch);
  return <>{left !== null && say('left', { time: timeText(left, speech) })}</>;
}

/** Counts down the seconds of a hold. */
function Held({ hold }: { readonly hold: Hold }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((before) => before + 1), 500);
    return () => clearInterval(timer);
  }, []);
  if (hold.why === 'key') {
    return (
      <>
        {say('hold_key')}{' '}
        <button class="button button-small" type="button" onClick={askForKey}>
          {say('giveKey')}
        </button>
      </>
    );
  }
  const seconds = Math.max(1, Math.ceil((hold.until - performance.now()) / 1_000));
  return <>{say(`hold_${hold.why}`, { seconds })}</>;
}

function timeText(seconds: number, { say }: Speech<(typeof TEXTS)['en']>): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return say('seconds', { seconds: whole });
  return say('minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

/** How far it is, in the colours of the verdicts; the filters beside the table say the same in numbers. */
function Share({ batch }: { readonly batch: Batch }): JSX.Element {
  const counts = kindCounts(batch.items);
  let from = 0;
  return (
    <svg class="batch-share" viewBox={`0 0 ${counts.all} 1`} preserveAspectRatio="none" aria-hidden="true">
      {([...VERDICTS, 'failed'] as const).map((kind) => {
        const x = from;
        from += counts[kind];
        return <rect key={kind} class={`share-${kind}`} x={x} width={counts[kind]} height="1" />;
      })}
    </svg>
  );
}

interface ActionsProps extends ProgressProps {
  readonly count: Count;
}

function Actions({ batch, count, dispatch }: ActionsProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const going = count.done < count.all;
  return (
    <div class="batch-actions">
      {going && (
        <>
          <Action onClick={() => dispatch({ type: batch.paused ? 'resumed' : 'paused' })}>
            {say(batch.paused ? 'resume' : 'pause')}
          </Action>
          <Action onClick={() => dispatch({ type: 'cancelled' })}>{say('cancel')}</Action>
        </>
      )}
      {count.retryable > 0 && (
        <Action onClick={() => dispatch({ type: 'retried' })}>
          {say('retry', { count: count.retryable })}
        </Action>
      )}
      {count.done > 0 && <Downloads batch={batch} />}
      {!going && <Clear onClear={() => dispatch({ type: 'cleared' })} />}
    </div>
  );
}

interface ActionProps {
  readonly onClick: () => void;
  readonly children: string;
}

function Action({ onClick, children }: ActionProps): JSX.Element {
  return (
    <button class="button button-small" type="button" onClick={onClick}>
      {children}
    </button>
  );
}

function Downloads({ batch }: { readonly batch: Batch }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const save = (name: string, type: string, text: string): void => download(name, new Blob([text], { type }));
  return (
    <span class="batch-downloads">
      {say('download')}
      <Action onClick={() => save('tampinha.csv', 'text/csv', asCsv(batch, language))}>{say('csv')}</Action>
      <Action onClick={() => save('tampinha.json', 'application/json', asJson(batch, language))}>
        {say('json')}
      </Action>
    </span>
  );
}

/** Asks once more: results that were not downloaded are gone with the list. */
function Clear({ onClear }: { readonly onClear: () => void }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [asked, setAsked] = useState(false);
  return (
    <Action onClick={asked ? onClear : () => setAsked(true)}>{say(asked ? 'clearSure' : 'clear')}</Action>
  );
}
