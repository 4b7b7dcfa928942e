// What is on the shelf, for the view that shows it.

import { useCallback, useEffect, useState } from 'preact/hooks';
import type { HistoryEntry } from './entry.ts';
import { listEntries } from './shelf.ts';

export type Shelf =
  | { readonly state: 'loading' }
  /** The browser keeps nothing. */
  | { readonly state: 'blocked' }
  | { readonly state: 'there'; readonly entries: readonly HistoryEntry[] };

/** The entries, newest first, and a way to look again after a change. */
export function useEntries(): [Shelf, () => void] {
  const [shelf, setShelf] = useState<Shelf>({ state: 'loading' });
  const look = useCallback(() => {
    listEntries().then(
      (entries) => setShelf({ state: 'there', entries }),
      () => setShelf({ state: 'blocked' }),
    );
  }, []);
  useEffect(look, [look]);
  return [shelf, look];
}
