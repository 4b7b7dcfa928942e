// The view in use, or what stands in its place while its code is on the way.

import type { JSX } from 'preact';
import { useSpeech } from '../text/context.ts';
import type { Loading } from '../views.ts';

export function ViewSlot({ loading }: { readonly loading: Loading }): JSX.Element {
  const { say } = useSpeech();
  if (loading.state === 'there') return <loading.module.View />;
  if (loading.state === 'loading') {
    return (
      <main class="view-message" aria-busy="true">
        <h1 tabIndex={-1}>
          <span class="spinner" aria-hidden="true" />
          <span class="visually-hidden">{say('viewLoading')}</span>
        </h1>
      </main>
    );
  }
  return (
    <main class="view-message">
      <h1 tabIndex={-1}>{say('failedHeading')}</h1>
      <p role="alert">{say('viewFailed')}</p>
      <button class="button" type="button" onClick={loading.retry}>
        {say('retry')}
      </button>
    </main>
  );
}
