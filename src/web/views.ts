// The views. Each is a folder `views/<name>/` whose `view.tsx` exports `View` (and `KEY_LINES` if it has keys of its
// own); its words are in its `texts.ts`, its styles are imported by it. The first view comes with the page, every
// other one is loaded when it is used, with all it imports. A name of VIEW_NAMES without a folder is not shown.

import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { KeyLine } from './keys.ts';
import { VIEW_NAMES, type ViewName } from './router.ts';
import * as first from './views/try/view.tsx';

export interface ViewModule {
  /** Draws the view's own `<main>`, with one `<h1 tabIndex={-1}>`. */
  readonly View: FunctionComponent;
  /** Its part of the help sheet. */
  readonly KEY_LINES?: readonly KeyLine[];
}

const others = import.meta.glob<ViewModule>(['./views/*/view.tsx', '!./views/try/view.tsx']);

const loaderOf = (name: ViewName): (() => Promise<ViewModule>) | undefined =>
  others[`./views/${name}/view.tsx`];

/** What there is to navigate to, in order. */
export const SHOWN_VIEWS = VIEW_NAMES.filter((name) => name === 'try' || loaderOf(name) !== undefined);

const loaded = new Map<ViewName, ViewModule>([['try', first]]);

/** Views that begin to be loaded before they are asked for: the pointer is over their name. */
export function preload(name: ViewName): void {
  load(name).catch(() => undefined);
}

async function load(name: ViewName): Promise<ViewModule> {
  const known = loaded.get(name) ?? (await loaderOf(name)?.()) ?? first;
  loaded.set(name, known);
  return known;
}

export type Loading =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly retry: () => void }
  | { readonly state: 'there'; readonly module: ViewModule };

/** A view's code, loaded on first use. */
export function useViewModule(name: ViewName): Loading {
  const [failed, setFailed] = useState<ViewName | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [, setArrived] = useState<ViewName | null>(null);
  const module = loaded.get(name);
  useEffect(() => {
    if (module !== undefined) return;
    let left = false;
    load(name).then(
      () => !left && setArrived(name),
      () => !left && setFailed(name),
    );
    return () => {
      left = true;
    };
  }, [name, module, attempt]);
  if (module !== undefined) return { state: 'there', module };
  if (failed !== name) return { state: 'loading' };
  const retry = (): void => {
    setFailed(null);
    setAttempt((before) => before + 1);
  };
  return { state: 'failed', retry };
}
