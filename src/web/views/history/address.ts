// Which entry the address asks for: `#/history/<id>`, so that the browser's own back and forward work.

import { useEffect, useState } from 'preact/hooks';

export const HISTORY_ADDRESS = '#/history';

export function entryAddress(id: string): string {
  return `${HISTORY_ADDRESS}/${id}`;
}

/** The id in the address; null for the whole history. */
export function entryFor(hash: string): string | null {
  return /^#\/history\/([\w-]+)$/.exec(hash)?.[1] ?? null;
}

export function useEntryAddress(): string | null {
  const [id, setId] = useState(() => entryFor(location.hash));
  useEffect(() => {
    const onChange = (): void => setId(entryFor(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return id;
}
