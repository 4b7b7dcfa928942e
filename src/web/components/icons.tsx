// Every drawing of the page that is not a photograph. Decorative: the words beside them carry the meaning.

import type { ComponentChildren, JSX } from 'preact';
import { crownPath } from '../crown.ts';

interface IconProps {
  readonly children: ComponentChildren;
}

function Icon({ children }: IconProps): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

/** A crown cap from the side. */
export function ClosedIcon(): JSX.Element {
  return (
    <Icon>
      <path
        class="icon-fill"
        d="M7 6.2h10c1.5 0 2.3.8 2.7 2.1l2.2 7.9q-1.65 2.4-3.3 0-1.65 2.4-3.3 0-1.65 2.4-3.3 0-1.65 2.4-3.3 0-1.65 2.4-3.3 0-1.65 2.4-3.3 0l2.2-7.9c.4-1.3 1.2-2.1 2.7-2.1z"
      />
    </Icon>
  );
}

/** A bottle's mouth without a cap. */
export function OpenIcon(): JSX.Element {
  return (
    <Icon>
      <ellipse class="icon-line" cx="12" cy="7.4" rx="6.4" ry="2.8" />
      <path class="icon-line" d="M5.6 7.4v3c0 1.3 1 2 1.9 2.5V21M18.4 7.4v3c0 1.3-1 2-1.9 2.5V21" />
    </Icon>
  );
}

export function UncertainIcon(): JSX.Element {
  return (
    <Icon>
      <path class="icon-line" d="M8.4 9.2c0-2.2 1.6-3.7 3.7-3.7s3.6 1.4 3.6 3.4c0 2.9-3.6 2.9-3.6 6" />
      <circle class="icon-fill" cx="12.1" cy="18.6" r="1.3" />
    </Icon>
  );
}

export function NoBottleIcon(): JSX.Element {
  return (
    <Icon>
      <path class="icon-line" d="M10 3h4v5.5l1.8 3V21H8.2v-9.5l1.8-3z" stroke-dasharray="2 2.2" />
      <path class="icon-line" d="M4 20 20 4" />
    </Icon>
  );
}

export function PhotoIcon(): JSX.Element {
  return (
    <Icon>
      <path class="icon-line" d="M12 15V4.5M8 8.2l4-4 4 4M4.5 14.5v5h15v-5" />
    </Icon>
  );
}

export function FolderIcon(): JSX.Element {
  return (
    <Icon>
      <path class="icon-line" d="M3.5 19V5.5h6l2 2.5h9V19z" />
    </Icon>
  );
}

export function CameraIcon(): JSX.Element {
  return (
    <Icon>
      <path class="icon-line" d="M3.5 7.5h4l1.6-2.5h5.8l1.6 2.5h4v11.5h-17z" />
      <circle class="icon-line" cx="12" cy="13" r="3.6" />
    </Icon>
  );
}

export function PasteIcon(): JSX.Element {
  return (
    <Icon>
      <path class="icon-line" d="M9 5H5.5v15.5h13V5H15M9 3.5h6V7H9z" />
    </Icon>
  );
}

export function WarningIcon(): JSX.Element {
  return (
    <Icon>
      <path class="icon-line" d="M12 4 21 19.5H3zM12 10v4.5" />
      <circle class="icon-fill" cx="12" cy="17" r=".9" />
    </Icon>
  );
}

export function KeyboardIcon(): JSX.Element {
  return (
    <Icon>
      <path class="icon-line" d="M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8" />
    </Icon>
  );
}

/** The theme in use: half and half for the system's, a sun, a moon. */
export function ThemeIcon({ theme }: { readonly theme: 'system' | 'light' | 'dark' }): JSX.Element {
  return <Icon>{THEME_DRAWINGS[theme]}</Icon>;
}

const THEME_DRAWINGS = {
  system: (
    <>
      <circle class="icon-line" cx="12" cy="12" r="7.5" />
      <path class="icon-fill" d="M12 4.5a7.5 7.5 0 0 1 0 15z" />
    </>
  ),
  light: (
    <>
      <circle class="icon-line" cx="12" cy="12" r="3.8" />
      <path
        class="icon-line"
        d="M12 3.2v2M12 18.8v2M3.2 12h2M18.8 12h2M5.8 5.8l1.4 1.4M16.8 16.8l1.4 1.4M5.8 18.2l1.4-1.4M16.8 7.2l1.4-1.4"
      />
    </>
  ),
  dark: <path class="icon-line" d="M19.5 14.4A8 8 0 0 1 9.6 4.5a8 8 0 1 0 9.9 9.9z" />,
} as const;

/** The project's mark: a crown cap seen from above, its 21 flutes counted. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="-14 -14 28 28" aria-hidden="true">
      <path class="mark-skirt" d={crownPath(11.2, 13.2)} />
      <circle class="mark-top" r="9.2" />
      <path class="mark-shine" d="M-5.6 -4.2A7 7 0 0 1 1.2 -6.9" />
    </svg>
  );
}

/** What a good photo shows: a neck, its cap just lifted, the frame around the mouth. */
export function BottleDrawing(): JSX.Element {
  return (
    <svg class="drawing" viewBox="0 0 320 400" aria-hidden="true">
      <defs>
        <linearGradient id="glass" x1="0" x2="1">
          <stop class="glass-edge" offset="0" />
          <stop class="glass-body" offset=".3" />
          <stop class="glass-light" offset=".42" />
          <stop class="glass-body" offset=".55" />
          <stop class="glass-edge" offset="1" />
        </linearGradient>
      </defs>
      <path
        class="drawing-glass"
        d="M134 138v14c0 3 2 5 4 6v58c0 40-14 58-36 84-12 15-17 32-17 54v46h150v-46c0-22-5-39-17-54-22-26-36-44-36-84v-58c2-1 4-3 4-6v-14z"
      />
      <path class="drawing-label" d="M85 366h150v34H85z" />
      <ellipse class="drawing-mouth" cx="160" cy="138" rx="26" ry="7" />
      <g class="drawing-cap">
        <path d="M140 66h40c6 0 9 3 10.5 8l7 29q-5.35 7-10.7 0-5.35 7-10.7 0-5.35 7-10.7 0-5.35 7-10.7 0-5.35 7-10.7 0-5.35 7-10.7 0-5.35 7-10.7 0l7-29c1.5-5 4.5-8 10.5-8z" />
        <path class="drawing-cap-shade" d="M136 79l-5 21M148 81l-3 21M160 82v21M172 81l3 21M184 79l5 21" />
      </g>
      <path class="drawing-frame" d="M96 84V44h40M184 44h40v40M224 156v40h-40M136 196H96v-40" />
    </svg>
  );
}
