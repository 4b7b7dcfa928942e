// The page: name, navigation and switches, the view in use, and what holds for all of them.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { keyStore } from './api/key.ts';
import { lazily } from './components/lazily.tsx';
import { useKeys } from './keys.ts';
import { useRoute, type ViewName } from './router.ts';
import { nextTheme, SettingsContext, useSettings } from './settings.ts';
import { Footer } from './shell/footer.tsx';
import { Header } from './shell/header.tsx';
import { Offline } from './shell/offline.tsx';
import { awaitViewNumber, SHELL_KEYS, useFocusOnHeading } from './shell/shell-keys.ts';
import { ViewSlot } from './shell/view-slot.tsx';
import { useStore } from './store.ts';
import { speechOf, TEXTS } from './text/context.ts';
import { trySession } from './views/try/session-store.ts';
import { useViewModule } from './views.ts';

const Help = lazily(() => import('./shell/help.tsx').then((module) => module.Help));
const KeyDialog = lazily(() => import('./shell/key-dialog.tsx').then((module) => module.KeyDialog));

export function App(): JSX.Element {
  const [settings, change] = useSettings();
  const [helpOpen, setHelpOpen] = useState(false);
  const view = useRoute();
  const loading = useViewModule(view);
  const { wanted: keyWanted } = useStore(keyStore);
  const { language, theme, shortcuts } = settings;
  const openHelp = (): void => setHelpOpen(true);

  useMoves(view, loading.state === 'there');
  useEffect(() => {
    const { say } = speechOf(TEXTS, language);
    document.title = view === 'try' ? say('title') : `${say(`view_${view}`)} · Tampinha`;
  }, [language, view]);

  return (
    <SettingsContext.Provider value={settings}>
      <ShellKeys
        onLanguage={() => change({ language: language === 'pt' ? 'en' : 'pt' })}
        onTheme={() => change({ theme: nextTheme(theme) })}
        onHelp={openHelp}
      />
      <Header
        {...{ view, settings }}
        onChange={change}
        onHelp={openHelp}
        onHome={() => trySession.dispatch({ type: 'cleared' })}
      />
      <Offline />
      <ViewSlot key={view} loading={loading} />
      <Footer />
      {keyWanted && <KeyDialog />}
      {helpOpen && (
        <Help
          viewKeys={(loading.state === 'there' && loading.module.KEY_LINES) || []}
          shortcuts={shortcuts}
          onShortcuts={(on) => change({ shortcuts: on })}
          onClose={() => setHelpOpen(false)}
        />
      )}
    </SettingsContext.Provider>
  );
}

interface ShellKeysProps {
  readonly onLanguage: () => void;
  readonly onTheme: () => void;
  readonly onHelp: () => void;
}

/** Inside the settings' provider, where the keys learn whether letters are switched on. */
function ShellKeys({ onLanguage, onTheme, onHelp }: ShellKeysProps): null {
  useKeys(SHELL_KEYS, { language: onLanguage, theme: onTheme, help: onHelp, go: awaitViewNumber });
  return null;
}

/** Moves the focus with the person from view to view, but not when the page opens. */
function useMoves(view: ViewName, there: boolean): void {
  const moved = useRef(false);
  const before = useRef(view);
  if (before.current !== view) {
    before.current = view;
    moved.current = true;
  }
  useFocusOnHeading(view, there, moved);
}
