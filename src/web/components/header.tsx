// Name and switches.

import type { JSX } from 'preact';
import { nextTheme, type Settings } from '../settings.ts';
import { useSpeech } from '../text/context.ts';
import { KeyboardIcon, Mark, ThemeIcon } from './icons.tsx';

interface HeaderProps {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
  readonly onHelp: () => void;
  /** Back to the empty page. */
  readonly onHome: () => void;
}

export function Header({ settings, onChange, onHelp, onHome }: HeaderProps): JSX.Element {
  const { say } = useSpeech();
  const { language, theme } = settings;
  return (
    <header class="site">
      <button class="brand" type="button" onClick={onHome}>
        <Mark />
        <span class="brand-words">
          <span class="brand-name">Tampinha</span> <span class="brand-tagline">{say('tagline')}</span>
        </span>
      </button>
      <nav class="switches">
        <fieldset class="segments">
          <legend class="visually-hidden">{say('language')}</legend>
          <button
            type="button"
            lang="pt-BR"
            aria-pressed={language === 'pt'}
            onClick={() => onChange({ language: 'pt' })}
          >
            PT <span class="visually-hidden">Português</span>
          </button>
          <button
            type="button"
            lang="en"
            aria-pressed={language === 'en'}
            onClick={() => onChange({ language: 'en' })}
          >
            EN <span class="visually-hidden">English</span>
          </button>
        </fieldset>
        <button
          class="switch"
          type="button"
          title={say('theme')}
          aria-label={`${say('theme')}: ${say(`theme_${theme}`)}`}
          onClick={() => onChange({ theme: nextTheme(theme) })}
        >
          <ThemeIcon />
          <span aria-hidden="true">{say(`theme_${theme}`)}</span>
        </button>
        <button
          class="switch switch-help"
          type="button"
          onClick={onHelp}
          title={say('help')}
          aria-label={say('help')}
        >
          <KeyboardIcon />
        </button>
      </nav>
    </header>
  );
}
