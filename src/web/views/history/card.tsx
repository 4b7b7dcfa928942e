// One entry of the history in its grid.

import type { JSX } from 'preact';
import { agrees } from '../../../contract/feedback-label.ts';
import { StateIcon } from '../../components/state.tsx';
import { useSpeech, useTexts } from '../../text/context.ts';
import { percent } from '../../text/format.ts';
import { entryAddress } from './address.ts';
import { BlobImage } from './blob-image.tsx';
import type { HistoryEntry } from './entry.ts';
import { TEXTS } from './texts.ts';
import { when } from './when.ts';

export function Card({ entry }: { readonly entry: HistoryEntry }): JSX.Element {
  const { say: sayShared, language } = useSpeech();
  const { say } = useTexts(TEXTS);
  const { id, name, thumbnail, prediction, given } = entry;
  const { verdict, confidence } = prediction;
  const time = when(prediction.created, language);
  const wrong = given !== null && agrees(verdict, given.label) === false;
  return (
    <li>
      <a class={`card is-${verdict}`} href={entryAddress(id)}>
        <span class="card-picture">
          {thumbnail === null ? (
            <span>{say('noThumbnail')}</span>
          ) : (
            <BlobImage id={id} blob={thumbnail} alt="" />
          )}
        </span>
        <span class="card-words">
          <strong>
            <StateIcon state={verdict} />
            <span>
              {sayShared(`verdict_${verdict}`)}
              {verdict !== 'uncertain' && ` ${percent(confidence, language)}`}
            </span>
          </strong>
          <span class="card-name">{name}</span>
          <span>{time}</span>
          {given !== null && (
            <span class={wrong ? 'card-given is-wrong' : 'card-given'}>{say(`answered_${given.label}`)}</span>
          )}
        </span>
      </a>
    </li>
  );
}
