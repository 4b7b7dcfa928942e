// The API key, where the server wants one: kept for this tab only, asked for when a request is refused for want of it.

import { createStore } from '../store.ts';

const NAME = 'tampinha.key';

export interface KeyState {
  readonly key: string | null;
  /** Whether the server has refused a request for want of a key, and nothing has been done about it yet. */
  readonly wanted: boolean;
}

export type KeyEvent =
  | { readonly type: 'wanted' }
  | { readonly type: 'dismissed' }
  | { readonly type: 'given'; readonly key: string }
  | { readonly type: 'forgotten' };

export const keyStore = createStore<KeyState, KeyEvent>(reduce, { key: stored(), wanted: false });

function reduce(state: KeyState, event: KeyEvent): KeyState {
  switch (event.type) {
    case 'wanted':
      return { ...state, wanted: true };
    case 'dismissed':
      return { ...state, wanted: false };
    case 'given':
      return { key: event.key, wanted: false };
    case 'forgotten':
      return { key: null, wanted: false };
  }
}

export function askForKey(): void {
  keyStore.dispatch({ type: 'wanted' });
}

export function keyHeader(): Readonly<Record<string, string>> {
  const { key } = keyStore.get();
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}

keyStore.subscribe(() => {
  const { key } = keyStore.get();
  try {
    if (key === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, key);
  } catch {
    // Storage is blocked: the key holds until the page is closed.
  }
});
