// What must be tidied as the page changes: memory held for a picture, and the keyboard's place.

import { useEffect, useRef } from 'preact/hooks';
import type { View } from './session.ts';

/** Frees the object URL once another one, or none, has taken its place. */
export function useRevoked(url: string | null): void {
  useEffect(() => {
    if (url === null) return;
    return () => URL.revokeObjectURL(url);
  }, [url]);
}

/** Brings a new picture into view: on a phone the samples lie far below it. */
export function useSeen(ticket: number | null): void {
  useEffect(() => {
    const main = document.querySelector('main');
    if (ticket !== null && main !== null && main.getBoundingClientRect().top < 0) main.scrollIntoView();
  }, [ticket]);
}

/**
 * When a change of stage removes the focused control (Cancel, Try again), the focus would fall back to the top of
 * the page; it goes to the heading of what happened instead.
 */
export function useFocusKept(stage: View['stage']): void {
  const first = useRef(true);
  useEffect(() => {
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (!first.current && lost) document.getElementById('outcome')?.focus({ preventScroll: true });
    first.current = false;
  }, [stage]);
}
