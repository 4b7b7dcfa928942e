// The keyboard sheet: the keys of the view in use, then those that work everywhere.

import type { JSX } from 'preact';
import { Modal } from '../components/dialogs.tsx';
import { type KeyLine, keyLines } from '../keys.ts';
import { TEXTS, useSpeech } from '../text/context.ts';
import { SHELL_KEYS } from './shell-keys.ts';

interface HelpProps {
  readonly viewKeys: readonly KeyLine[];
  readonly shortcuts: boolean;
  readonly onShortcuts: (on: boolean) => void;
  readonly onClose: () => void;
}

export function Help({ viewKeys, shortcuts, onShortcuts, onClose }: HelpProps): JSX.Element {
  const { say } = useSpeech();
  return (
    <Modal title={say('helpTitle')} kind="help" onClose={onClose}>
      <Keys lines={[...viewKeys, ...keyLines(SHELL_KEYS, TEXTS)]} />
      <label class="check">
        <input
          type="checkbox"
          checked={shortcuts}
          onChange={({ currentTarget }) => onShortcuts(currentTarget.checked)}
        />
        {say('shortcutsOn')}
      </label>
    </Modal>
  );
}

function Keys({ lines }: { readonly lines: readonly KeyLine[] }): JSX.Element {
  const { say, language } = useSpeech();
  return (
    <dl class="keys">
      {lines.map(({ cap, does }) => (
        <div key={cap}>
          <dt>
            {(cap === 'space' ? say('space') : cap).split(' ').map((part) => (
              <kbd key={part}>{part}</kbd>
            ))}
          </dt>
          <dd>{does[language]}</dd>
        </div>
      ))}
    </dl>
  );
}
