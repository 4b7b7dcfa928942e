// One entry opened again: as it was answered, with the question whether that was right.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { PictureStage } from '../../components/stage.tsx';
import { Verdict } from '../../components/verdict.tsx';
import { pictureFrom } from '../../intake/pictures.ts';
import { useKeys } from '../../keys.ts';
import { useModel } from '../../model.ts';
import type { Picture } from '../../picture.ts';
import { useTexts } from '../../text/context.ts';
import { Details } from '../try/components/details.tsx';
import { HeatmapSwitch } from '../try/components/page.tsx';
import { entryAddress, HISTORY_ADDRESS } from './address.ts';
import type { HistoryEntry } from './entry.ts';
import { Feedback } from './feedback.tsx';
import { HISTORY_KEYS } from './history-keys.ts';
import { forget } from './shelf.ts';
import { TEXTS } from './texts.ts';
import { when } from './when.ts';

interface OneEntryProps {
  readonly entry: HistoryEntry;
  readonly newer: HistoryEntry | undefined;
  readonly older: HistoryEntry | undefined;
}

/** Another entry needs another component: give it the entry's id as its key. */
export function OneEntry({ entry, newer, older }: OneEntryProps): JSX.Element | null {
  const { say, language } = useTexts(TEXTS);
  const { prediction } = entry;
  const picture = usePicture(entry);
  const model = useModel(prediction.model);
  const [heatmapOn, setHeatmapOn] = useState(false);
  const [highlighted, setHighlighted] = useState<number | null>(null);
  const back = (): void => {
    location.hash = HISTORY_ADDRESS;
  };
  useKeys(HISTORY_KEYS, {
    ...(newer && { newer: () => open(newer) }),
    ...(older && { older: () => open(older) }),
    back,
  });
  if (picture === null) return null;
  return (
    <main class="try history-one">
      <nav class="history-path">
        <a href={HISTORY_ADDRESS}>← {say('back')}</a>
        <span>
          {entry.name} · {when(prediction.created, language)}
        </span>
        <span class="history-steps">
          {newer && <a href={entryAddress(newer.id)}>{say('newer')}</a>}
          {older && <a href={entryAddress(older.id)}>{say('older')}</a>}
        </span>
      </nav>
      <div class="pane-picture">
        <PictureStage {...{ picture, prediction, heatmapOn, highlighted }} waiting={false} />
        {prediction.heatmap !== undefined && <HeatmapSwitch on={heatmapOn} onChange={setHeatmapOn} />}
      </div>
      <div class="pane-answer">
        <Verdict {...{ picture, prediction, model, highlighted }} onHighlight={setHighlighted} />
        <Feedback prediction={prediction} />
        <Details {...{ picture, prediction, model }} />
        <p>
          <button class="button button-small" type="button" onClick={() => forget(entry.id).then(back, back)}>
            {say('remove')}
          </button>
        </p>
      </div>
    </main>
  );
}

function open({ id }: HistoryEntry): void {
  location.hash = entryAddress(id);
}

/** The entry's picture with an object URL that lives as long as the component, though the entry is read again. */
function usePicture({ id, picture: blob, name }: HistoryEntry): Picture | null {
  const [picture, setPicture] = useState<Picture | null>(null);
  useEffect(() => {
    const made = pictureFrom(blob, 'file', name);
    setPicture(made);
    return () => URL.revokeObjectURL(made.url);
  }, [id]);
  return picture;
}
