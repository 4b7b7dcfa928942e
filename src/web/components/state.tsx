// How each verdict and each bottle's state is drawn: the icon that goes with the word and the colour.

import type { JSX } from 'preact';
import type { Verdict } from '../../contract/verdict.ts';
import { CROWN_FLUTES, crownPath } from '../crown.ts';
import { ClosedIcon, NoBottleIcon, OpenIcon, UncertainIcon } from './icons.tsx';

const ICONS: Readonly<Record<Verdict, () => JSX.Element>> = {
  open: OpenIcon,
  closed: ClosedIcon,
  uncertain: UncertainIcon,
  no_bottle: NoBottleIcon,
};

export function StateIcon({ state }: { readonly state: Verdict }): JSX.Element {
  const Drawn = ICONS[state];
  return <Drawn />;
}

/** The verdict in a crown cap whose flutes are lit in proportion to the confidence (0–1). */
export function Emblem({
  verdict,
  confidence,
}: {
  readonly verdict: Verdict;
  readonly confidence: number;
}): JSX.Element {
  const lit = Math.floor(confidence * CROWN_FLUTES);
  return (
    <div class="emblem" aria-hidden="true">
      <svg viewBox="-50 -50 100 100" aria-hidden="true">
        <path class="emblem-crown" d={crownPath(42, 47)} />
        <path class="emblem-lit" d={crownPath(42, 47, lit)} />
      </svg>
      <StateIcon state={verdict} />
    </div>
  );
}
