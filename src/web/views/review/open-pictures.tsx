// Gives the reviewer's pictures from this computer: files, or a folder with all that lies below it.

import type { JSX } from 'preact';
import { PICTURE_MEDIA_TYPES } from '../../../contract/limits.ts';
import { useTexts } from '../../text/context.ts';
import { chooseFolders, fromInput } from '../batch/folders.ts';
import { type Albums, canReadFiles } from './pictures.ts';
import { TEXTS } from './texts.ts';

interface OpenPicturesProps {
  readonly albums: Albums;
  /** Begins the ids of the inputs: they may be on the page twice. */
  readonly id: string;
}

export function OpenPictures({ albums: { add, reading }, id }: OpenPicturesProps): JSX.Element | null {
  const { say } = useTexts(TEXTS);
  if (!canReadFiles()) return null;
  const give = ({ files }: HTMLInputElement): void =>
    add(fromInput([...(files ?? [])]).picked.map(({ file }) => file));
  return (
    <>
      <input
        class="visually-hidden"
        id={`${id}-files`}
        type="file"
        multiple
        accept={PICTURE_MEDIA_TYPES.join(',')}
        aria-label={say('openFiles')}
        onChange={({ currentTarget }) => give(currentTarget)}
      />
      <label class="button" for={`${id}-files`} aria-hidden="true">
        {say('openFiles')}
      </label>
      <input
        class="visually-hidden"
        id={`${id}-folder`}
        type="file"
        ref={chooseFolders}
        aria-label={say('openFolder')}
        onChange={({ currentTarget }) => give(currentTarget)}
      />
      <label class="button" for={`${id}-folder`} aria-hidden="true">
        {say('openFolder')}
      </label>
      <p role="status">{reading && say('reading')}</p>
    </>
  );
}
