// The keys that work in every view.

import { useEffect } from 'preact/hooks';
import type { Key } from '../keys.ts';
import { goTo } from '../router.ts';
import type { TextKey } from '../text/en.ts';
import { SHOWN_VIEWS } from '../views.ts';

export type ShellAction = 'go' | 'language' | 'theme' | 'help';

export const SHELL_KEYS: readonly Key<ShellAction, TextKey>[] = [
  { action: 'go', key: 'g', cap: `G 1–${SHOWN_VIEWS.length}`, does: 'keyGo' },
  { action: 'language', key: 'l', cap: 'L', does: 'keyLanguage' },
  { action: 'theme', key: 't', cap: 'T', does: 'keyTheme' },
  { action: 'help', key: '?', cap: '?', does: 'keyHelp' },
];

/** How long after `G` a number still means a view. */
const GO_WITHIN_MS = 1_500;

/** Begins to wait for the number of a view. Heard before every other key listener, so that a view's own numbers rest. */
export function awaitViewNumber(): void {
  const stop = (): void => {
    clearTimeout(timer);
    removeEventListener('keydown', onKey, { capture: true });
  };
  const onKey = (event: KeyboardEvent): void => {
    stop();
    const view = SHOWN_VIEWS[Number(event.key) - 1];
    if (view === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    goTo(view);
  };
  const timer = setTimeout(stop, GO_WITHIN_MS);
  addEventListener('keydown', onKey, { capture: true });
}

/** After a change of view the focus stands at its heading, where a screen reader goes on reading. */
export function useFocusOnHeading(view: string, there: boolean, moved: { current: boolean }): void {
  useEffect(() => {
    if (!there || !moved.current) return;
    moved.current = false;
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [view, there, moved]);
}
