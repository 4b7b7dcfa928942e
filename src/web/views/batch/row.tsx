// One picture of a batch: a small view of it, its name, and what became of it.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { StateIcon } from '../../components/state.tsx';
import { useSpeech, useTexts } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import { percent } from '../../text/format.ts';
import type { Item } from './batch.ts';
import { TEXTS } from './texts.ts';
import { thumbnailOf } from './thumbnails.ts';

interface RowProps {
  readonly item: Item;
  readonly onOpen: (item: Item) => void;
  readonly onRetry: (id: number) => void;
}

export function Row({ item, onOpen, onRetry }: RowProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const { state, path, file } = item;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return (
    <tr data-stage={state.stage}>
      <td>
        <button
          class="batch-open"
          type="button"
          aria-label={say('open', { name: path })}
          onClick={() => onOpen(item)}
        >
          <Thumbnail file={file} />
        </button>
      </td>
      <td class="column-name">
        {folder !== '' && <small>{folder}</small>}
        {path.slice(folder.length)}
      </td>
      {state.stage === 'judged' && <Judged prediction={state.prediction} />}
      {state.stage === 'failed' && <FailedCells item={item} failure={state.failure} onRetry={onRetry} />}
      {(state.stage === 'waiting' || state.stage === 'sending') && (
        <td class="batch-quiet" colSpan={3}>
          {say(`stage_${state.stage}`)}
        </td>
      )}
    </tr>
  );
}

type State = Item['state'];
type JudgedState = Extract<State, { stage: 'judged' }>;
type FailedState = Extract<State, { stage: 'failed' }>;

function Judged({ prediction }: Pick<JudgedState, 'prediction'>): JSX.Element {
  const { say, language } = useSpeech();
  const { verdict, confidence, bottles } = prediction;
  return (
    <>
      <td class={`batch-verdict is-${verdict}`}>
        <span>
          <StateIcon state={verdict} />
          {say(`verdict_${verdict}`)}
        </span>
      </td>
      <td class="column-confidence">
        {percent(confidence, language)}
        <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          <rect class={`share-${verdict}`} width={100 * confidence} height="1" />
        </svg>
      </td>
      <td class="column-bottles">{bottles.length}</td>
    </>
  );
}

interface FailedProps extends Pick<FailedState, 'failure'> {
  readonly item: Item;
  readonly onRetry: (id: number) => void;
}

function FailedCells({ item, failure, onRetry }: FailedProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const speech = useSpeech();
  return (
    <td class="batch-failure" colSpan={3}>
      {failureText(failure, speech)}{' '}
      {failure.retryable && (
        <button class="button button-small" type="button" onClick={() => onRetry(item.id)}>
          {say('retryOne')}
        </button>
      )}
    </td>
  );
}

const SIDE = 112;

function Thumbnail({ file }: { readonly file: File }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let gone = false;
    thumbnailOf(file, () => !gone).then((bitmap) => {
      if (bitmap !== null && !gone) canvas.current?.getContext('2d')?.drawImage(bitmap, 0, 0);
    });
    return () => {
      gone = true;
    };
  }, [file]);
  return <canvas ref={canvas} width={SIDE} height={SIDE} />;
}
