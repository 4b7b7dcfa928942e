// Asks for the API key that the server wants. It stays in this tab and goes to this server only.

import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { keyStore } from '../api/key.ts';
import { Modal } from '../components/dialogs.tsx';
import { useStore } from '../store.ts';
import { useSpeech } from '../text/context.ts';

export function KeyDialog(): JSX.Element {
  const { say } = useSpeech();
  const { key } = useStore(keyStore);
  const field = useRef<HTMLInputElement>(null);
  const give = (event: Event): void => {
    event.preventDefault();
    const given = field.current?.value.trim() ?? '';
    keyStore.dispatch(given === '' ? { type: 'forgotten' } : { type: 'given', key: given });
  };
  return (
    <Modal title={say('keyTitle')} kind="key" onClose={() => keyStore.dispatch({ type: 'dismissed' })}>
      <form onSubmit={give}>
        <p id="key-note">{say(key === null ? 'keyWanted' : 'keyRefused')}</p>
        <label for="api-key">{say('keyLabel')}</label>
        <input
          id="api-key"
          ref={field}
          type="password"
          autoComplete="off"
          spellcheck={false}
          aria-describedby="key-note"
          defaultValue={key ?? ''}
        />
        <button class="button button-primary" type="submit">
          {say('keyUse')}
        </button>
      </form>
    </Modal>
  );
}
