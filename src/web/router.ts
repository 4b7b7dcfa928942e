// Which view the address asks for: the part after `#/`. A hash, so that the server needs to know one page only and
// every view also opens without the network.

import { useEffect, useState } from 'preact/hooks';

/** In the order of the navigation: for everyone first, then what is for whoever runs the server. */
export const VIEW_NAMES = ['try', 'live', 'batch', 'history', 'review', 'dashboard', 'model'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** `#/live?x=1` asks for `live`; anything unknown for the first view. */
export function viewFor(hash: string): ViewName {
  const [, name] = /^#\/(\w+)/.exec(hash) ?? [];
  return VIEW_NAMES.find((known) => known === name) ?? 'try';
}

export function addressOf(view: ViewName): string {
  return view === 'try' ? '#/' : `#/${view}`;
}

export function goTo(view: ViewName): void {
  location.hash = addressOf(view);
}

/** The view the address asks for, followed as it changes. */
export function useRoute(): ViewName {
  const [view, setView] = useState(() => viewFor(location.hash));
  useEffect(() => {
    const onChange = (): void => setView(viewFor(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return view;
}
