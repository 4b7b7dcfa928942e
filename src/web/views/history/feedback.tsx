// "Acertou?": one click says what the picture shows, another takes it back.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { FEEDBACK_LABELS, type FeedbackLabel, LABEL_OF_VERDICT } from '../../../contract/feedback-label.ts';
import { LIMITS } from '../../../contract/limits.ts';
import type { Prediction } from '../../../contract/prediction.ts';
import { StateIcon } from '../../components/state.tsx';
import { useKeys } from '../../keys.ts';
import { useSpeech, useTexts } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import './feedback.css';
import { isUnsent } from './feedback-state.ts';
import { LABEL_KEYS } from './label-keys.ts';
import { VERDICT_OF } from './labels.ts';
import { TEXTS } from './texts.ts';
import { type FeedbackWays, useFeedback } from './use-feedback.ts';

interface FeedbackProps {
  /** Another prediction needs another component: give it the prediction's id as its key. */
  readonly prediction: Pick<Prediction, 'id' | 'verdict'>;
  /** Called before an answer is sent. */
  readonly onAnswer?: () => void;
}

export function Feedback({ prediction: { id, verdict }, onAnswer }: FeedbackProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const ways = useFeedback(id);
  const { wanted } = ways.state;
  const [commenting, setCommenting] = useState(false);
  const group = useRef<HTMLDivElement>(null);
  const label = (label: FeedbackLabel): void => {
    onAnswer?.();
    ways.want({ label, comment: wanted?.comment ?? null });
  };
  const undo = (): void => {
    // The button that was pressed goes away; the focus goes back to where the answer was given.
    group.current?.querySelector<HTMLElement>('[aria-pressed=true]')?.focus();
    ways.want(null);
  };
  useKeys(LABEL_KEYS, Object.fromEntries(FEEDBACK_LABELS.map((one) => [one, () => label(one)])));
  const words = (one: FeedbackLabel) => {
    if (one === 'unclear') return say('unclear');
    const confirming = LABEL_OF_VERDICT[verdict];
    return say(confirming === null ? `is_${one}` : one === confirming ? `yes_${one}` : `no_${one}`);
  };
  return (
    <section class="feedback" aria-labelledby="feedback">
      <h2 id="feedback">{say(LABEL_OF_VERDICT[verdict] === null ? 'questionUncertain' : 'question')}</h2>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would name it a second time */}
      <div class="feedback-labels" role="group" aria-labelledby="feedback" ref={group}>
        {FEEDBACK_LABELS.map((one) => (
          <button
            key={one}
            class={`button button-small feedback-label is-${VERDICT_OF[one]}`}
            type="button"
            data-label={one}
            aria-pressed={wanted?.label === one}
            onClick={() => label(one)}
          >
            <StateIcon state={VERDICT_OF[one]} />
            {words(one)}
          </button>
        ))}
      </div>
      <Outcome ways={ways} onUndo={undo} onComment={() => setCommenting(true)} />
      {wanted !== null && commenting && <Comment key={wanted.label} ways={ways} />}
    </section>
  );
}

interface OutcomeProps {
  readonly ways: FeedbackWays;
  readonly onUndo: () => void;
  readonly onComment: () => void;
}

/** What became of the answer. Always there, so that assistive technology notices when words appear in it. */
function Outcome({ ways: { state, retry }, onUndo, onComment }: OutcomeProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const speech = useSpeech();
  const { wanted, failure } = state;
  const unsent = isUnsent(state);
  return (
    <div class="feedback-outcome">
      <p role="status" class={failure === null ? '' : 'is-failed'}>
        {failure !== null && `${say('notSaved')} ${failureText(failure, speech)}`}
        {failure === null && unsent && say('saving')}
        {failure === null && !unsent && wanted !== null && say('saved')}
      </p>
      {failure !== null && (
        <button class="button button-small" type="button" onClick={retry}>
          {say('retry')}
        </button>
      )}
      {wanted !== null && (
        <button class="button button-small" type="button" onClick={onUndo}>
          {say('undo')}
        </button>
      )}
      {wanted !== null && failure === null && (
        <button class="button button-small" type="button" onClick={onComment}>
          {say('comment')}
        </button>
      )}
    </div>
  );
}

function Comment({ ways: { state, want } }: { readonly ways: FeedbackWays }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const { wanted } = state;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement) || wanted === null) return;
    const text = String(new FormData(event.currentTarget).get('comment')).trim();
    want({ label: wanted.label, comment: text === '' ? null : text });
  };
  return (
    <form class="feedback-comment" onSubmit={send}>
      <label for="comment">
        {say('comment')} <small>{say('commentHint')}</small>
      </label>
      <input
        ref={input}
        id="comment"
        name="comment"
        type="text"
        autocomplete="off"
        maxLength={LIMITS.commentLength}
        defaultValue={wanted?.comment ?? ''}
      />
      <button class="button button-small" type="submit">
        {say('commentSave')}
      </button>
    </form>
  );
}
