// Pasting: Ctrl+V anywhere, and a button where the browser lets a page read the clipboard.

import { useEffect } from 'preact/hooks';
import type { Notice } from '../views/try/session.ts';

/** Calls `take` with the files of every paste on the page; an empty list when it held none. */
export function usePaste(take: (files: readonly File[]) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      event.preventDefault();
      take([...(event.clipboardData?.files ?? [])]);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [take]);
}

export function canReadClipboard(): boolean {
  return typeof navigator.clipboard?.read === 'function';
}

/** The picture in the clipboard, or why there is none. */
export async function readClipboardPicture(): Promise<Blob | Notice> {
  let items: ClipboardItems;
  try {
    items = await navigator.clipboard.read();
  } catch {
    return 'CLIPBOARD_REFUSED';
  }
  for (const item of items) {
    const type = item.types.find((name) => name.startsWith('image/'));
    if (type !== undefined) return item.getType(type);
  }
  return 'NO_PICTURE_PASTED';
}
