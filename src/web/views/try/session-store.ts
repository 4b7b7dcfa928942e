// The session in use. It goes on while the person looks at another view.

import { wantsKey } from '../../api/failure.ts';
import { keyStore } from '../../api/key.ts';
import { createStore } from '../../store.ts';
import { EMPTY, reduce, type Session } from './session.ts';

export const trySession = createStore(reduce, EMPTY);

// A picture's object URL is freed once another picture, or none, has taken its place.
let held: string | null = null;
trySession.subscribe(() => {
  const url = urlOf(trySession.get());
  if (held !== null && held !== url) URL.revokeObjectURL(held);
  held = url;
});

function urlOf({ view }: Session): string | null {
  return view.stage === 'empty' ? null : view.picture.url;
}

// What failed for want of a key is tried again with the one that was given.
keyStore.subscribe(() => {
  const { view } = trySession.get();
  const { key, wanted } = keyStore.get();
  if (key !== null && !wanted && view.stage === 'failed' && wantsKey(view.failure)) {
    trySession.dispatch({ type: 'retried' });
  }
});
