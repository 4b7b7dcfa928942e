// The keyboard: what each key does and how the help sheet names it. One table for both.

import { useEffect } from 'preact/hooks';
import type { TextKey } from './text/en.ts';

export const ACTIONS = [
  'choose',
  'camera',
  'paste',
  'shoot',
  'heatmap',
  'retry',
  'language',
  'theme',
  'escape',
  'help',
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Key {
  readonly action: Action;
  /** `KeyboardEvent.key`, lower case; null where the browser itself acts (Ctrl+V). */
  readonly key: string | null;
  /** On the key cap; a text key where the name depends on the language. */
  readonly cap: string;
  readonly does: TextKey;
}

export const KEYS: readonly Key[] = [
  { action: 'choose', key: 'o', cap: 'O', does: 'keyChoose' },
  { action: 'camera', key: 'c', cap: 'C', does: 'keyCamera' },
  { action: 'paste', key: null, cap: 'Ctrl V', does: 'keyPaste' },
  { action: 'shoot', key: null, cap: 'space', does: 'keyShoot' },
  { action: 'heatmap', key: 'h', cap: 'H', does: 'keyHeatmap' },
  { action: 'retry', key: 'r', cap: 'R', does: 'keyRetry' },
  { action: 'language', key: 'l', cap: 'L', does: 'keyLanguage' },
  { action: 'theme', key: 't', cap: 'T', does: 'keyTheme' },
  { action: 'escape', key: 'escape', cap: 'Esc', does: 'keyEscape' },
  { action: 'help', key: '?', cap: '?', does: 'keyHelp' },
];

/** The part of a `KeyboardEvent` that decides. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** What a key press asks for; null for nothing. `letters`: whether single letters are switched on. */
export function actionFor(press: Press, typing: boolean, letters: boolean): Action | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat) return null;
  const found = KEYS.find(({ key }) => key === press.key.toLowerCase());
  if (found === undefined) return null;
  if (found.action === 'escape') return 'escape';
  return typing || !letters ? null : found.action;
}

/** Runs what belongs to a key pressed anywhere, except inside an open dialog, which has its own keys. */
export function useKeys(letters: boolean, actions: Readonly<Partial<Record<Action, () => void>>>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      const action = actionFor(event, isTyping(event.target), letters);
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
