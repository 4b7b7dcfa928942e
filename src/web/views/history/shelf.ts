// The browser's own shelf of judged pictures (IndexedDB). Nothing of it leaves the browser. Every function rejects
// where the browser keeps nothing (a private window, storage blocked or full).

import { beyondBounds, type Given, type HistoryEntry, weigh } from './entry.ts';

const DATABASE = 'tampinha';
const ENTRIES = 'history';

const listeners = new Set<() => void>();

/** Calls `listener` after every change that this page makes; the function returned ends that. */
export function onShelfChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Remembers a picture and its prediction, once, and forgets what no longer fits. */
export async function keep(entry: HistoryEntry): Promise<void> {
  await inStore('readwrite', async (store) => {
    if ((await done(store.getKey(entry.id))) !== undefined) return;
    await done(store.put(entry));
    const kept: HistoryEntry[] = await done(store.getAll());
    await Promise.all(beyondBounds(kept.map(weigh)).map((id) => done(store.delete(id))));
  });
}

/** Newest first. */
export async function listEntries(): Promise<HistoryEntry[]> {
  return inStore('readonly', async (store) => {
    const kept: HistoryEntry[] = await done(store.getAll());
    return kept.reverse();
  });
}

export async function findEntry(id: string): Promise<HistoryEntry | undefined> {
  return inStore('readonly', (store) => done<HistoryEntry | undefined>(store.get(id)));
}

/** Notes what a person said about a prediction; null for nothing any more. Nothing happens to an unknown one. */
export async function noteGiven(id: string, given: Given | null): Promise<void> {
  await inStore('readwrite', async (store) => {
    const entry: HistoryEntry | undefined = await done(store.get(id));
    if (entry !== undefined) await done(store.put({ ...entry, given }));
  });
}

export async function forget(id: string): Promise<void> {
  await inStore('readwrite', (store) => done(store.delete(id)));
}

export async function forgetAll(): Promise<void> {
  await inStore('readwrite', (store) => done(store.clear()));
}

/** Runs `work` in one transaction and resolves when that is safely stored. */
async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction(ENTRIES, mode);
    const stored = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([work(transaction.objectStore(ENTRIES)), stored]);
    if (mode === 'readwrite') for (const listener of listeners) listener();
    return result;
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(ENTRIES, { keyPath: 'id' });
  return done(opening);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
