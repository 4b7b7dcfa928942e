// The small fixed parts of the view.

import type { JSX } from 'preact';
import { type Speech, useSpeech } from '../../../text/context.ts';
import { percent } from '../../../text/format.ts';
import { severalBottles } from '../../../text/several-bottles.ts';
import type { Notice, View } from '../session.ts';
import { judgeAll } from '../several.ts';

export function Intro(): JSX.Element {
  const { say } = useSpeech();
  return (
    <section class="intro">
      <h1 id="outcome" tabIndex={-1}>
        <span class="is-open">{say('headingStart')}</span> <span>{say('headingOr')}</span>{' '}
        <span class="is-closed">{say('headingEnd')}</span>
      </h1>
      <p>{say('lead')}</p>
    </section>
  );
}

interface HeatmapSwitchProps {
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

export function HeatmapSwitch({ on, onChange }: HeatmapSwitchProps): JSX.Element {
  const { say } = useSpeech();
  return (
    <label class="check heatmap-switch">
      <input type="checkbox" checked={on} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      <span>{say('heatmap')}</span>
      <small>{say('heatmapNote')}</small>
    </label>
  );
}

interface NoticeBarProps {
  readonly notice: Notice | null;
  readonly onDismiss: () => void;
}

/** Always there, so that assistive technology notices when words appear in it. */
export function NoticeBar({ notice, onDismiss }: NoticeBarProps): JSX.Element {
  const { say } = useSpeech();
  return (
    <div class="notice" role="status">
      {notice !== null && (
        <p>
          {say(`notice_${notice}`)}
          {notice === 'FIRST_OF_SEVERAL' && (
            <button class="button button-small" type="button" onClick={judgeAll}>
              {say('judgeAll')}
            </button>
          )}
          <button class="button button-small" type="button" onClick={onDismiss}>
            {say('dismiss')}
          </button>
        </p>
      )}
    </div>
  );
}

/** What a screen reader hears when the answer is there. Errors speak for themselves (role="alert"). */
export function Announcement({ view }: { readonly view: View }): JSX.Element {
  return (
    <p class="visually-hidden" role="status">
      {spoken(view, useSpeech())}
    </p>
  );
}

function spoken(view: View, speech: Speech): string {
  const { say, language } = speech;
  if (view.stage === 'sending') return say('working');
  if (view.stage !== 'answered') return '';
  const { verdict, confidence, bottles } = view.prediction;
  const sentence = say(`spoken_${verdict}`, { percent: percent(confidence, language) });
  return `${sentence} ${severalBottles(bottles, speech)}`.trim();
}
