// What is on the shelf, for the view that shows it.

import { useEffect, useState } from 'preact/hooks';
import type { HistoryEntry } from './entry.ts';
import { listEntries, onShelfChange } from './shelf.ts';

export type Shelf =
  | { readonly state: 'loading' }
  /** The browser keeps nothing. */
  | { readonly state: 'blocked' }
  | { readonly state: 'there'; readonly entries: readonly HistoryEntry[] };

/** The entries, newest first, followed as they change. */
export function useEntries(): Shelf {
  const [shelf, setShelf] = useState<Shelf>({ state: 'loading' });
  useEffect(() => {
    const look = (): void => {
      listEntries().then(
        (entries) => setShelf({ state: 'there', entries }),
        () => setShelf({ state: 'blocked' }),
      );
    };
    look();
    return onShelfChange(look);
  }, []);
  return shelf;
}
