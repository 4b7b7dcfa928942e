// One picture of a batch, large, with its boxes and its verdict.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Modal } from '../../components/dialogs.tsx';
import { PictureStage } from '../../components/stage.tsx';
import { Verdict } from '../../components/verdict.tsx';
import { useModel } from '../../model.ts';
import type { Picture } from '../../picture.ts';
import { useSpeech } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import type { Item } from './batch.ts';

interface OneItemProps {
  readonly item: Item;
  readonly onClose: () => void;
}

export function OneItem({ item, onClose }: OneItemProps): JSX.Element {
  const speech = useSpeech();
  const { state, path } = item;
  const prediction = state.stage === 'judged' ? state.prediction : null;
  const picture = usePicture(item);
  const model = useModel(prediction?.model ?? null);
  const [highlighted, setHighlighted] = useState<number | null>(null);
  return (
    <Modal title={path} kind="batch-one" onClose={onClose}>
      {picture !== null && (
        <PictureStage {...{ picture, prediction, highlighted }} waiting={false} heatmapOn={false} />
      )}
      {state.stage === 'failed' && <p class="batch-failure">{failureText(state.failure, speech)}</p>}
      {picture !== null && prediction !== null && (
        <Verdict {...{ picture, prediction, model, highlighted }} onHighlight={setHighlighted} />
      )}
    </Modal>
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
