// The modal box that all dialogs share.

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { InDialog } from '../keys.ts';
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
      <InDialog.Provider value={true}>{children}</InDialog.Provider>
    </dialog>
  );
}
