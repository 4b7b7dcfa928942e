// One answer under review: its picture where the browser has it, otherwise what the log says.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Prediction } from '../../../contract/prediction.ts';
import type { ReviewItem } from '../../../contract/review.ts';
import { PictureStage } from '../../components/stage.tsx';
import { pictureFrom } from '../../intake/pictures.ts';
import type { Picture } from '../../picture.ts';
import { useSpeech, useTexts } from '../../text/context.ts';
import { percent } from '../../text/format.ts';
import { when } from '../history/when.ts';
import { OpenPictures } from './open-pictures.tsx';
import { type Albums, canReadFiles, type Pictures } from './pictures.ts';
import { TEXTS } from './texts.ts';

interface ItemPictureProps {
  readonly prediction: Prediction;
  readonly albums: Albums;
  /** Whether the server has the picture. */
  readonly kept: boolean;
  /** The picture without the model's boxes. */
  readonly hidden: boolean;
}

/** Another prediction needs another component: give it the prediction's id as its key. */
export function ItemPicture(props: ItemPictureProps): JSX.Element {
  const { prediction, albums, hidden } = props;
  const picture = usePicture(albums.pictures, prediction.sha256);
  const coming = useKept(props);
  if (picture === null) {
    const there = albums.pictures?.has(prediction.sha256) ?? true;
    return <Missing albums={albums} there={there || coming} />;
  }
  return (
    <PictureStage
      picture={picture}
      prediction={hidden ? null : prediction}
      waiting={false}
      heatmapOn={false}
      highlighted={null}
    />
  );
}

interface MissingProps {
  readonly albums: Albums;
  /** It is on its way, or that is not known yet. */
  readonly there: boolean;
}

function Missing({ albums, there }: MissingProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  if (there) return <div class="stage review-missing" />;
  return (
    <div class="stage review-missing">
      <p>{say('noPicture')}</p>
      {canReadFiles() && <p>{say('noPictureHelp')}</p>}
      <div class="review-steps">
        <OpenPictures albums={albums} id="review" />
      </div>
    </div>
  );
}

/** Why this answer is in the queue. */
export function Reason({ item }: { readonly item: ReviewItem }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { say: sayShared } = useSpeech();
  const { prediction, feedback, disputed } = item;
  const { verdict, confidence, p_open: pOpen, bottles } = prediction;
  if (disputed && feedback !== null) {
    const label = say(`label_${feedback.label}`);
    return (
      <div class="review-reason is-disputed">
        <p>{say('disputed', { label, verdict: sayShared(`verdict_${verdict}`) })}</p>
        {feedback.comment !== null && <p>{say('disputedComment', { comment: feedback.comment })}</p>}
      </div>
    );
  }
  return (
    <p class="review-reason">
      {verdict === 'uncertain'
        ? say(bottles.length > 0 ? 'undecided' : 'undecidedBare', {
            percent: percent(pOpen, language),
            presence: percent(bottles[0]?.presence ?? 0, language),
          })
        : say('unsure', { confidence: percent(confidence, language) })}
    </p>
  );
}

export function Facts({ prediction }: { readonly prediction: Prediction }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { file, created, width, height, format, model, sha256 } = prediction;
  const rows: readonly (readonly [string, string])[] = [
    [say('factFile'), file ?? say('factNoName')],
    [say('factTime'), when(created, language)],
    [say('factSize'), say('factSizeValue', { width, height, format: format.toUpperCase() })],
    [say('factModel'), model],
    [say('factSha'), sha256],
  ];
  return (
    <details class="details">
      <summary>{say('facts')}</summary>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Has the server's picture fetched where there is no other; whether it is on its way. */
function useKept({ prediction, albums: { pictures, fetchKept }, kept }: ItemPictureProps): boolean {
  const wanted = kept && pictures?.has(prediction.sha256) === false;
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    // Once it is there it is no longer wanted.
    if (wanted && !failed) fetchKept(prediction).then(() => setFailed(true));
  }, [wanted, failed, fetchKept, prediction]);
  return wanted && !failed;
}

/** The picture with these bytes, with an object URL that lives as long as the component; null where there is none. */
function usePicture(pictures: Pictures | null, sha256: string): Picture | null {
  const [picture, setPicture] = useState<Picture | null>(null);
  const found = pictures?.get(sha256);
  useEffect(() => {
    if (found === undefined) return;
    const made = pictureFrom(found.blob, 'file', found.name);
    setPicture(made);
    return () => URL.revokeObjectURL(made.url);
  }, [found]);
  return picture;
}
