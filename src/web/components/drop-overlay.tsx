// Lies over the page while files are dragged over it.

import type { JSX } from 'preact';

interface DropOverlayProps {
  readonly title: string;
  readonly detail: string;
}

export function DropOverlay({ title, detail }: DropOverlayProps): JSX.Element {
  return (
    <div class="drop-overlay">
      <p>
        <strong>{title}</strong>
        <span>{detail}</span>
      </p>
    </div>
  );
}
