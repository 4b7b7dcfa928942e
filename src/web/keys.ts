// The keyboard: what each key does and how the help sheet names it. One table for both; the shell has one, and
// every view may have its own.

import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { Language } from '../contract/errors.ts';
import { SettingsContext } from './settings.ts';

export interface Key<Action extends string = string, Text extends string = string> {
  readonly action: Action;
  /** `KeyboardEvent.key`, lower case; null where the browser itself acts (Ctrl+V). */
  readonly key: string | null;
  /** On the key cap; `space` where the name depends on the language. */
  readonly cap: string;
  /** Key of the text that says what it does. */
  readonly does: Text;
}

/** A line of the help sheet, in both languages. */
export interface KeyLine {
  readonly cap: string;
  readonly does: Readonly<Record<Language, string>>;
}

/** A table of keys as lines of the help sheet; `texts` holds what their `does` refer to. */
export function keyLines<Text extends string>(
  keys: readonly Key<string, Text>[],
  texts: Readonly<Record<Language, Readonly<Record<Text, string>>>>,
): readonly KeyLine[] {
  return keys.map(({ cap, does }) => ({
    cap,
    does: { pt: texts.pt[does], en: texts.en[does] },
  }));
}

/** The part of a `KeyboardEvent` that decides. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** What a key press asks for; null for nothing. `letters`: whether single letters are switched on. */
export function actionFor<Action extends string>(
  keys: readonly Key<Action>[],
  press: Press,
  typing: boolean,
  letters: boolean,
): Action | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat) return null;
  const found = keys.find(({ key }) => key === press.key.toLowerCase());
  if (found === undefined) return null;
  if (found.key === 'escape') return found.action;
  return typing || !letters ? null : found.action;
}

/** Whether a component stands in a dialog. */
export const InDialog = createContext(false);

/** Runs what belongs to a key pressed anywhere. While a dialog is open only the keys of what stands in it count. */
export function useKeys<Action extends string>(
  keys: readonly Key<Action>[],
  actions: Readonly<Partial<Record<Action, () => void>>>,
): void {
  const { shortcuts } = useContext(SettingsContext);
  const inDialog = useContext(InDialog);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || (document.querySelector('dialog[open]') !== null) !== inDialog) return;
      const action = actionFor(keys, event, isTyping(event.target), shortcuts);
      const run = action === null ? undefined : actions[action];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type=file], [type=checkbox]), textarea, select')
  );
}
