// The ways in: choose, camera, paste, and the samples.

import type { JSX } from 'preact';
import { LIMITS, PICTURE_FORMAT_NAMES, PICTURE_MEDIA_TYPES } from '../../../../contract/limits.ts';
import { CameraIcon, PasteIcon, PhotoIcon } from '../../../components/icons.tsx';
import { canReadClipboard } from '../../../intake/paste.ts';
import { useSpeech } from '../../../text/context.ts';
import { fileSize } from '../../../text/format.ts';
import { SAMPLES, type Sample } from '../samples.ts';

export const FILE_INPUT_ID = 'file';
export const LIMITS_ID = 'limits';
export const FAILURE_ID = 'failure';

interface IntakeProps {
  /** Whether a picture is already there: the words change, the ways in do not. */
  readonly again: boolean;
  readonly failed: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onCamera: () => void;
  readonly onPaste: () => void;
}

export function Intake({ again, failed, onFiles, onCamera, onPaste }: IntakeProps): JSX.Element {
  const { say, language } = useSpeech();
  return (
    <div class="intake" id="intake">
      <div class="intake-buttons">
        <input
          class="visually-hidden"
          id={FILE_INPUT_ID}
          type="file"
          accept={PICTURE_MEDIA_TYPES.join(',')}
          aria-label={say(again ? 'chooseAnother' : 'choose')}
          aria-describedby={failed ? `${FAILURE_ID} ${LIMITS_ID}` : LIMITS_ID}
          onChange={({ currentTarget }) => {
            onFiles([...(currentTarget.files ?? [])]);
            // Emptied, so that choosing the same file again is a change too.
            currentTarget.value = '';
          }}
        />
        <label class="button button-primary" for={FILE_INPUT_ID} aria-hidden="true">
          <PhotoIcon />
          {say(again ? 'chooseAnother' : 'choose')}
        </label>
        <button class="button" type="button" onClick={onCamera}>
          <CameraIcon />
          {say('camera')}
        </button>
        {canReadClipboard() && (
          <button class="button" type="button" onClick={onPaste}>
            <PasteIcon />
            {say('paste')}
          </button>
        )}
      </div>
      <p class="limits" id={LIMITS_ID}>
        {say('limits', {
          formats: PICTURE_FORMAT_NAMES,
          size: fileSize(LIMITS.pictureBytes, language),
          pixels: LIMITS.picturePixels / 1e6,
        })}
      </p>
    </div>
  );
}

interface SamplesProps {
  readonly onSample: (sample: Sample) => void;
}

export function Samples({ onSample }: SamplesProps): JSX.Element | null {
  const { say, language } = useSpeech();
  if (SAMPLES.length === 0) return null;
  return (
    <section class="samples" aria-labelledby="samples-heading">
      <h2 id="samples-heading">
        {say('samplesHeading')} <small>{say('sampleNote')}</small>
      </h2>
      <ul>
        {SAMPLES.map((sample) => (
          <li key={sample.file}>
            <button class="sample" type="button" data-file={sample.file} onClick={() => onSample(sample)}>
              <img src={sample.url} alt={sample.alt[language]} width="120" height="120" decoding="async" />
              <span aria-hidden="true">{say(`sample_${sample.kind}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
