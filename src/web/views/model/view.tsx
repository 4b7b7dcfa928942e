// The card of the model that answers, for people.

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useSpeech, useTexts } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import '../view-parts.css';
import { readCard } from './card.ts';
import './model.css';
import {
  Decides,
  Failures,
  Honest,
  HowGood,
  Identity,
  Learned,
  Licences,
  Others,
  Uses,
} from './sections.tsx';
import { TEXTS } from './texts.ts';
import { type CardState, useCard } from './use-card.ts';

export function View(): JSX.Element {
  const { say } = useTexts(TEXTS);
  const speech = useSpeech();
  const [state, retry] = useCard();
  return (
    <main class="model" aria-busy={state.state === 'loading'}>
      <header class="view-header">
        <h1 tabIndex={-1}>{say('title')}</h1>
        <p>{say('lead')}</p>
      </header>
      {state.state === 'loading' && <p role="status">{say('loading')}</p>}
      {state.state === 'failed' && (
        <p role="alert">
          {say('failed')} {failureText(state.failure, speech)}{' '}
          <button class="button button-small" type="button" onClick={retry}>
            {say('retry')}
          </button>
        </p>
      )}
      {state.state === 'there' && <Whole {...state} />}
    </main>
  );
}

function Whole({ card, others }: Extract<CardState, { state: 'there' }>): JSX.Element {
  const facts = useMemo(() => readCard(card), [card]);
  return (
    <div class="card-parts">
      <HowGood facts={facts} />
      <Identity facts={facts} />
      <Failures facts={facts} />
      <Decides facts={facts} />
      <Honest facts={facts} />
      <Uses />
      <Learned facts={facts} />
      <Licences facts={facts} />
      <Others models={others} />
    </div>
  );
}
