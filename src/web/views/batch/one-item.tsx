// One picture of a batch, large, with its boxes and its verdict, the question whether that was right, and the way to the
// next one.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Modal } from '../../components/dialogs.tsx';
import { PictureStage } from '../../components/stage.tsx';
import { Verdict } from '../../components/verdict.tsx';
import { useKeys } from '../../keys.ts';
import { useModel } from '../../model.ts';
import type { Picture } from '../../picture.ts';
import { useSpeech, useTexts } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import { Feedback } from '../history/feedback.tsx';
import { remember } from '../history/remember.ts';
import type { Item } from './batch.ts';
import { STEP_KEYS } from './batch-keys.ts';
import { TEXTS } from './texts.ts';

interface OneItemProps {
  readonly item: Item;
  /** Opens the one before or after it; null where there is none. */
  readonly onBefore: (() => void) | null;
  readonly onAfter: (() => void) | null;
  readonly onClose: () => void;
}

export function OneItem({ item, onBefore, onAfter, onClose }: OneItemProps): JSX.Element {
  return (
    <Modal title={item.path} kind="batch-one" onClose={onClose}>
      <Looked key={item.id} item={item} />
      <Steps {...{ onBefore, onAfter }} />
    </Modal>
  );
}

function Looked({ item }: Pick<OneItemProps, 'item'>): JSX.Element {
  const speech = useSpeech();
  const { state, path, file } = item;
  const prediction = state.stage === 'judged' ? state.prediction : null;
  const picture = usePicture(item);
  const model = useModel(prediction?.model ?? null);
  const [highlighted, setHighlighted] = useState<number | null>(null);
  return (
    <>
      {picture !== null && (
        <PictureStage {...{ picture, prediction, highlighted }} waiting={false} heatmapOn={false} />
      )}
      {state.stage === 'failed' && <p class="batch-failure">{failureText(state.failure, speech)}</p>}
      {picture !== null && prediction !== null && (
        <>
          <Verdict {...{ picture, prediction, model, highlighted }} onHighlight={setHighlighted} />
          {/* Of a batch only what was answered goes into the history: all of it would push everything else out. */}
          <Feedback prediction={prediction} onAnswer={() => remember(path, file, prediction)} />
        </>
      )}
    </>
  );
}

/** Inside the dialog, whose keys these are. */
function Steps({ onBefore, onAfter }: Pick<OneItemProps, 'onBefore' | 'onAfter'>): JSX.Element {
  const { say } = useTexts(TEXTS);
  useKeys(STEP_KEYS, { ...(onBefore && { before: onBefore }), ...(onAfter && { after: onAfter }) });
  return (
    <nav class="batch-steps" aria-label={say('steps')}>
      <button
        class="button button-small"
        type="button"
        disabled={onBefore === null}
        onClick={() => onBefore?.()}
      >
        ← {say('photoBefore')}
      </button>
      <button
        class="button button-small"
        type="button"
        disabled={onAfter === null}
        onClick={() => onAfter?.()}
      >
        {say('photoAfter')} →
      </button>
    </nav>
  );
}

/** The file as a picture, its address freed with the component. */
function usePicture({ id, file, path }: Item): Picture | null {
  const [picture, setPicture] = useState<Picture | null>(null);
  useEffect(() => {
    const url = URL.createObjectURL(file);
    setPicture({ ticket: id, origin: 'file', name: path, blob: file, url });
    return () => URL.revokeObjectURL(url);
  }, [id, file, path]);
  return picture;
}
