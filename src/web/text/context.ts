// The texts of the language in use, for every component.

import { useContext } from 'preact/hooks';
import type { Language } from '../../contract/errors.ts';
import { SettingsContext } from '../settings.ts';
import { en } from './en.ts';
import { fill, type Values } from './format.ts';
import { ptBr } from './pt-br.ts';
import type { OneText, Shape, TextTable, Translated } from './translated.ts';

/** What the shell, the first view and the shared components say. Every other view brings its own `texts.ts`. */
export const TEXTS: Translated<typeof en> = { pt: ptBr, en };

export interface Speech<Table extends TextTable = typeof en> {
  readonly language: Language;
  readonly texts: Shape<Table>;
  /** The text of `key` with its placeholders filled. */
  readonly say: (key: OneText<Table>, values?: Values) => string;
}

/** The shared texts. */
export function useSpeech(): Speech {
  return useTexts(TEXTS);
}

/** A view's own texts. */
export function useTexts<Table extends TextTable>(texts: Translated<Table>): Speech<Table> {
  return speechOf(texts, useContext(SettingsContext).language);
}

export function speechOf<Table extends TextTable>(
  translated: Translated<Table>,
  language: Language,
): Speech<Table> {
  const texts = translated[language];
  return { language, texts, say: (key, values = {}) => fill(String(texts[key]), values) };
}
