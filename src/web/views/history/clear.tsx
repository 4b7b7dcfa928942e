// Forgets the whole history, after asking once more.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from '../../text/context.ts';
import { forgetAll } from './shelf.ts';
import { TEXTS } from './texts.ts';

export function Clear({ count }: { readonly count: number }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button class="button" type="button" onClick={() => setAsking(true)}>
        {say('clear')}
      </button>
    );
  }
  return (
    <div class="clear" role="alert">
      <p>{say('clearSure', { count })}</p>
      <button class="button button-small" type="button" onClick={() => forgetAll()}>
        {say('clearYes')}
      </button>
      {/* The careful answer has the focus. */}
      <button
        class="button button-small"
        type="button"
        ref={(button) => button?.focus()}
        onClick={() => setAsking(false)}
      >
        {say('clearNo')}
      </button>
    </div>
  );
}
