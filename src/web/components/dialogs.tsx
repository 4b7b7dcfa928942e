// The two dialogs: the keyboard sheet, and the modal box that it and the camera share.

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { KEYS } from '../keys.ts';
import { useSpeech } from '../text/context.ts';

interface ModalProps {
  readonly title: string;
  readonly kind: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** The browser's own modal: it keeps the focus inside, closes on Escape and gives the focus back. */
export function Modal({ title, kind, onClose, children }: ModalProps): JSX.Element {
  const { say } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class={`modal ${kind}`} ref={dialog} aria-labelledby="modal-title" onClose={onClose}>
      <header>
        <h2 id="modal-title">{title}</h2>
        <button class="button button-small" type="button" onClick={() => dialog.current?.close()}>
          {say('close')}
        </button>
      </header>
      {children}
    </dialog>
  );
}

interface HelpProps {
  readonly shortcuts: boolean;
  readonly onShortcuts: (on: boolean) => void;
  readonly onClose: () => void;
}

export function Help({ shortcuts, onShortcuts, onClose }: HelpProps): JSX.Element {
  const { say } = useSpeech();
  return (
    <Modal title={say('helpTitle')} kind="help" onClose={onClose}>
      <dl class="keys">
        {KEYS.map(({ action, cap, does }) => (
          <div key={action}>
            <dt>
              {(cap === 'space' ? say('space') : cap).split(' ').map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{say(does)}</dd>
          </div>
        ))}
      </dl>
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
