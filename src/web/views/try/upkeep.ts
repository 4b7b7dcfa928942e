// What must be tidied as the view changes: the window's place and the keyboard's.

import { useEffect, useRef } from 'preact/hooks';
import type { View } from './session.ts';

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
