// What the person prefers, kept in this browser. Reading and storing never throw: storage may be blocked.

import { createContext } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Language } from '../contract/errors.ts';
import { localeOf } from './text/format.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Settings {
  readonly language: Language;
  readonly theme: Theme;
  /** Whether single letters do something (WCAG 2.1.4 wants a way to switch them off). */
  readonly shortcuts: boolean;
}

export const SettingsContext = createContext<Settings>({ language: 'pt', theme: 'system', shortcuts: true });

/** Language from the address (`?lang=`), else the stored one, else the browser's first that we speak, else Portuguese. */
export function chooseLanguage(
  asked: string | null,
  stored: string | null,
  preferred: readonly string[],
): Language {
  for (const tag of [asked, stored, ...preferred]) {
    const primary = tag?.toLowerCase().split('-')[0];
    if (primary === 'pt' || primary === 'en') return primary;
  }
  return 'pt';
}

export function chooseTheme(stored: string | null): Theme {
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
}

function readSettings(): Settings {
  const asked = new URLSearchParams(location.search).get('lang');
  return {
    language: chooseLanguage(asked, stored('language'), navigator.languages),
    theme: chooseTheme(stored('theme')),
    shortcuts: stored('shortcuts') !== 'off',
  };
}

/** The settings and their setter; the document follows them (`lang`, theme). */
export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(readSettings);
  const { language, theme } = settings;
  useEffect(() => {
    document.documentElement.lang = localeOf(language);
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const change = (changed: Partial<Settings>): void => {
    setSettings((before) => ({ ...before, ...changed }));
    for (const [name, value] of Object.entries(changed)) {
      store(name, typeof value === 'boolean' ? (value ? 'on' : 'off') : value);
    }
  };
  return [settings, change];
}

// theme.js reads the same key before the first paint.
function stored(name: string): string | null {
  try {
    return localStorage.getItem(`tampinha.${name}`);
  } catch {
    return null;
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(`tampinha.${name}`, value);
  } catch {
    // Storage is blocked: the choice holds until the page is closed.
  }
}
