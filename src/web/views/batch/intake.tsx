// The ways in: photos, a folder, a drop.

import type { JSX } from 'preact';
import { LIMITS, PICTURE_FORMAT_NAMES, PICTURE_MEDIA_TYPES } from '../../../contract/limits.ts';
import { FolderIcon, PhotoIcon } from '../../components/icons.tsx';
import { useTexts } from '../../text/context.ts';
import { fileSize } from '../../text/format.ts';
import { chooseFolders, type Found, fromInput } from './folders.ts';
import { TEXTS } from './texts.ts';

export const BATCH_FILES_ID = 'batch-files';
const FOLDER_ID = 'batch-folder';
const LIMITS_ID = 'batch-limits';

interface IntakeProps {
  readonly onFound: (found: Found) => void;
  readonly large: boolean;
}

export function Intake({ onFound, large }: IntakeProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const give = (input: HTMLInputElement): void => {
    onFound(fromInput([...(input.files ?? [])]));
    // Emptied, so that choosing the same files again is a change too.
    input.value = '';
  };
  return (
    <div class="batch-intake" data-large={large}>
      <div class="batch-ways">
        <input
          class="visually-hidden"
          id={BATCH_FILES_ID}
          type="file"
          multiple
          accept={PICTURE_MEDIA_TYPES.join(',')}
          aria-label={say('files')}
          aria-describedby={LIMITS_ID}
          onChange={({ currentTarget }) => give(currentTarget)}
        />
        <label class="button button-primary" for={BATCH_FILES_ID} aria-hidden="true">
          <PhotoIcon />
          {say('files')}
        </label>
        <input
          class="visually-hidden"
          id={FOLDER_ID}
          type="file"
          ref={chooseFolders}
          aria-label={say('folder')}
          aria-describedby={LIMITS_ID}
          onChange={({ currentTarget }) => give(currentTarget)}
        />
        <label class="button" for={FOLDER_ID} aria-hidden="true">
          <FolderIcon />
          {say('folder')}
        </label>
        {large && <span class="batch-drop-hint">{say('dropHint')}</span>}
      </div>
      <p class="limits" id={LIMITS_ID}>
        {say('limits', { formats: PICTURE_FORMAT_NAMES, size: fileSize(LIMITS.pictureBytes, language) })}
      </p>
    </div>
  );
}
