// What people said about all pictures that this computer has, as training data. The server has the labels, the reviewer
// the pictures; they meet here and nowhere else.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FeedbackItem } from '../../../contract/feedback.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { download } from '../../download.ts';
import { useSpeech, useTexts } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import { FOLDER_NAME, folderFiles, type Labelled, zipFolder } from '../history/data-folder.ts';
import { OpenPictures } from './open-pictures.tsx';
import { type Albums, keptPicture, type Pictures } from './pictures.ts';
import { requestAllFeedback, type Said } from './review-api.ts';
import { TEXTS } from './texts.ts';

interface ExportProps {
  readonly albums: Albums;
  /** Resolves when the server has what was said so far. */
  readonly settled: () => Promise<void>;
}

type State =
  | { readonly stage: 'idle' | 'working' }
  | { readonly stage: 'done'; readonly photos: number; readonly missing: number }
  | { readonly stage: 'failed'; readonly failure: Failure };

export function Export({ albums, settled }: ExportProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [state, setState] = useState<State>({ stage: 'idle' });
  const { pictures, reading } = albums;
  const save = async (): Promise<void> => {
    setState({ stage: 'working' });
    try {
      await settled();
      const said = await requestAllFeedback();
      const all = await withKept(said, pictures ?? new Map());
      const files = folderFiles(labelled(said, all));
      if (files.length > 0) download(FOLDER_NAME, await zipFolder(files));
      setState({ stage: 'done', photos: files.length, missing: countMissing(said, all) });
    } catch (error) {
      setState({ stage: 'failed', failure: failureOf(error) });
    }
  };
  return (
    <section class="review-export" aria-labelledby="review-export">
      <h2 id="review-export">{say('exportHeading')}</h2>
      <p>{say('exportNote')}</p>
      <div class="review-steps">
        <button
          class="button button-primary"
          type="button"
          disabled={state.stage === 'working' || reading || pictures === null}
          onClick={save}
        >
          {say('export')}
        </button>
        <OpenPictures albums={albums} id="export" />
      </div>
      <p role="status">{pictures !== null && !reading && say('photosHere', { count: pictures.size })}</p>
      <Outcome state={state} />
    </section>
  );
}

function Outcome({ state }: { readonly state: State }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const speech = useSpeech();
  if (state.stage === 'failed') {
    return (
      <p class="review-trouble" role="alert">
        {say('exportFailed')} {failureText(state.failure, speech)}
      </p>
    );
  }
  return (
    <p role="status">
      {state.stage === 'working' && say('exporting')}
      {state.stage === 'done' && say('exported', { photos: state.photos })}
      {state.stage === 'done' && state.missing > 0 && ` ${say('exportMissing', { count: state.missing })}`}
    </p>
  );
}

/** The pictures at hand, and those that only the server has. */
async function withKept(said: readonly Said[], pictures: Pictures): Promise<Pictures> {
  const all = new Map(pictures);
  for (const { kept, answer } of said) {
    if (!kept || answer === null || all.has(answer.sha256)) continue;
    const picture = await keptPicture(answer);
    if (picture !== null) all.set(answer.sha256, picture);
  }
  return all;
}

function labelled(said: readonly FeedbackItem[], pictures: Pictures): Labelled[] {
  return said.flatMap(({ label, comment, answer }) => {
    const picture = answer && pictures.get(answer.sha256);
    if (!picture) return [];
    const { name, blob } = picture;
    return [{ name, picture: blob, prediction: answer, given: { label, comment } }];
  });
}

/** Different pictures that were labelled and are not here. */
function countMissing(said: readonly FeedbackItem[], pictures: Pictures): number {
  const wanted = new Set(said.flatMap(({ answer }) => answer?.sha256 ?? []));
  return [...wanted].filter((sha256) => !pictures.has(sha256)).length;
}
