// How good the model that answers was when it was tested: its figures in a table, and whether its probabilities hold.
// Everything else of the card is on its own page.

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { addressOf } from '../../router.ts';
import { useTexts } from '../../text/context.ts';
import { readCard } from '../model/card.ts';
import '../model/model.css';
import { Accuracies } from '../model/parts.tsx';
import { Honest } from '../model/sections.tsx';
import { TEXTS } from './texts.ts';

/** `card` is whatever the server sent. */
export function ModelPanel({ card }: { readonly card: unknown }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const facts = useMemo(() => readCard(card), [card]);
  const [first] = facts.measured;
  return (
    <div class="card-parts">
      <div class="card-part">
        <h2 id="panel-model">{say('modelPanel')}</h2>
        <p>
          {facts.name} {facts.version} <code>{facts.id}</code>
        </p>
        {first === undefined ? (
          <p>{say('modelNotMeasured')}</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard
          <section class="scrolls" aria-labelledby="panel-model" tabIndex={0}>
            <Accuracies measured={first} />
          </section>
        )}
        <p>
          <a href={addressOf('model')}>{say('modelMore')}</a>
        </p>
      </div>
      {first !== undefined && first.reliability.length > 0 && <Honest facts={facts} />}
    </div>
  );
}
