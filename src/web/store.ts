// A state that outlives the view showing it: what was begun goes on while the person looks at another view.

import { useEffect, useReducer } from 'preact/hooks';

export interface Store<State, Event> {
  readonly get: () => State;
  readonly dispatch: (event: Event) => void;
  /** Calls `listener` after every change; the function returned ends that. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** `reduce` is pure; returning the state it was given means that nothing changed. */
export function createStore<State, Event>(
  reduce: (state: State, event: Event) => State,
  initial: State,
): Store<State, Event> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch: (event) => {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The store's state; the component is drawn again when it changes. */
export function useStore<State, Event>(store: Store<State, Event>): State {
  const [, redraw] = useReducer<number, void>((drawn) => drawn + 1, 0);
  useEffect(() => {
    // Between the first drawing and now something may have happened.
    redraw();
    return store.subscribe(redraw);
  }, [store]);
  return store.get();
}
