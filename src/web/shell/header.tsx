// Name, navigation and switches.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { KeyboardIcon, Mark, ThemeIcon } from '../components/icons.tsx';
import { addressOf, type ViewName } from '../router.ts';
import { nextTheme, type Settings } from '../settings.ts';
import { useSpeech } from '../text/context.ts';
import { preload, SHOWN_VIEWS } from '../views.ts';

interface HeaderProps {
  readonly view: ViewName;
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
  readonly onHelp: () => void;
  /** The name was clicked: the first view, empty. */
  readonly onHome: () => void;
}

export function Header(props: HeaderProps): JSX.Element {
  const { view, onHome } = props;
  return (
    <header class="site">
      <a class="brand" href={addressOf('try')} onClick={onHome}>
        <Mark />
        <span class="brand-name">Tampinha</span>
      </a>
      {SHOWN_VIEWS.length > 1 && <Navigation view={view} />}
      <Switches {...props} />
    </header>
  );
}

function Navigation({ view }: { readonly view: ViewName }): JSX.Element {
  const { say } = useSpeech();
  const current = useRef<HTMLAnchorElement>(null);
  // On a narrow window the row scrolls: what is in use must be seen.
  useEffect(() => current.current?.scrollIntoView({ block: 'nearest', inline: 'center' }), [view]);
  return (
    <nav class="views" aria-label={say('views')}>
      <ul>
        {SHOWN_VIEWS.map((name) => (
          <li key={name}>
            <a
              href={addressOf(name)}
              ref={name === view ? current : null}
              aria-current={name === view ? 'page' : undefined}
              onPointerEnter={() => preload(name)}
              onFocus={() => preload(name)}
            >
              {say(`view_${name}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Switches({ settings, onChange, onHelp }: HeaderProps): JSX.Element {
  const { say } = useSpeech();
  const { language, theme } = settings;
  return (
    <div class="switches">
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
        title={`${say('theme')}: ${say(`theme_${theme}`)}`}
        aria-label={`${say('theme')}: ${say(`theme_${theme}`)}`}
        onClick={() => onChange({ theme: nextTheme(theme) })}
      >
        <ThemeIcon theme={theme} />
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
    </div>
  );
}
