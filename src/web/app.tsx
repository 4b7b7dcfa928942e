// The page: name and switches, the view in use, and what holds for all of it.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Help } from './components/dialogs.tsx';
import { Header } from './components/header.tsx';
import { Footer } from './components/page.tsx';
import { useKeys } from './keys.ts';
import { nextTheme, useSettings } from './settings.ts';
import { LanguageContext } from './text/context.ts';
import { TryView } from './try-view.tsx';

export function App(): JSX.Element {
  const [settings, change] = useSettings();
  const [helpOpen, setHelpOpen] = useState(false);
  // A new key is a new view: nothing running, nothing shown.
  const [beginning, setBeginning] = useState(0);
  const { language, theme, shortcuts } = settings;
  const openHelp = (): void => setHelpOpen(true);

  useKeys(shortcuts, {
    language: () => change({ language: language === 'pt' ? 'en' : 'pt' }),
    theme: () => change({ theme: nextTheme(theme) }),
    help: openHelp,
  });

  return (
    <LanguageContext.Provider value={language}>
      <Header
        settings={settings}
        onChange={change}
        onHelp={openHelp}
        onHome={() => setBeginning((before) => before + 1)}
      />
      <TryView key={beginning} shortcuts={shortcuts} />
      <Footer />
      {helpOpen && (
        <Help
          shortcuts={shortcuts}
          onShortcuts={(on) => change({ shortcuts: on })}
          onClose={() => setHelpOpen(false)}
        />
      )}
    </LanguageContext.Provider>
  );
}
