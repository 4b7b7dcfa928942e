// The session in use. It goes on while the person looks at another view.

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
