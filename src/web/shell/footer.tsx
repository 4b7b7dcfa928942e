import type { JSX } from 'preact';
import { askForKey, keyStore } from '../api/key.ts';
import { useStore } from '../store.ts';
import { useSpeech } from '../text/context.ts';
import { useInstall } from './install.ts';

/** What holds for the whole page: it can be wrong, what becomes of the photo, the API. */
export function Footer(): JSX.Element {
  const { say } = useSpeech();
  const { key } = useStore(keyStore);
  const install = useInstall();
  return (
    <footer class="site">
      <p>{say('mistakes')}</p>
      <p>{say('privacy')}</p>
      <p>
        <a href="/docs">{say('apiDocs')}</a>
        {install !== null && (
          <button class="link" type="button" onClick={install}>
            {say('install')}
          </button>
        )}
        {key !== null && (
          <button class="link" type="button" onClick={askForKey}>
            {say('keyChange')}
          </button>
        )}
      </p>
    </footer>
  );
}
