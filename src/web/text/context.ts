// The texts of the language in use, for every component.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '../../contract/errors.ts';
import { en, type TextKey, type Texts } from './en.ts';
import { fill, type Values } from './format.ts';
import { ptBr } from './pt-br.ts';

export const TEXTS: Readonly<Record<Language, Texts>> = { pt: ptBr, en };

export const LanguageContext = createContext<Language>('pt');

export interface Speech {
  readonly language: Language;
  readonly texts: Texts;
  /** The text of `key` with its placeholders filled. */
  readonly say: (key: TextKey, values?: Values) => string;
}

export function useSpeech(): Speech {
  const language = useContext(LanguageContext);
  const texts = TEXTS[language];
  return { language, texts, say: (key, values = {}) => fill(texts[key], values) };
}
