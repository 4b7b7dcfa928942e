// The last seconds as a strip: single frames as dots, the smoothed probability as a line, the band of doubt behind.

import type { JSX } from 'preact';
import { useTexts } from '../../text/context.ts';
import { type Mark, STRIP_MS } from './live-state.ts';
import type { Band } from './smoothing.ts';
import { TEXTS } from './texts.ts';

const WIDTH = 600;
const HEIGHT = 84;

interface StripProps {
  readonly marks: readonly Mark[];
  readonly band: Band;
}

/** Decorative: the verdict and its changes are said elsewhere in words. */
export function Strip({ marks, band: [low, high] }: StripProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const now = marks.at(-1)?.at ?? 0;
  const x = (at: number): number => WIDTH * (1 - (now - at) / STRIP_MS);
  const y = (pOpen: number): number => HEIGHT * (1 - pOpen);
  return (
    <figure class="strip">
      <figcaption>
        {say('lately', { seconds: STRIP_MS / 1_000 })} <small>{say('stripMeaning')}</small>
      </figcaption>
      <div class="strip-plot" aria-hidden="true">
        <span class="is-open">{say('stripOpen')}</span>
        <span class="is-closed">{say('stripClosed')}</span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <rect class="strip-band" y={y(high)} width={WIDTH} height={y(low) - y(high)} />
          {marks.map(
            ({ at, pOpen }) =>
              pOpen !== null && <path key={at} class="strip-dot" d={`M${x(at)} ${y(pOpen)}h0`} />,
          )}
          {linesOf(marks).map((line) => (
            <polyline
              key={line[0]?.at}
              class="strip-line"
              points={line.map(({ at, smoothed }) => `${x(at)},${y(smoothed ?? 0)}`).join(' ')}
            />
          ))}
        </svg>
      </div>
    </figure>
  );
}

/** Stretches with a bottle: the line breaks where there is none. */
export function linesOf(marks: readonly Mark[]): Mark[][] {
  const lines: Mark[][] = [];
  marks.forEach((mark, index) => {
    if (mark.smoothed === null) return;
    const goesOn = index > 0 && marks[index - 1]?.smoothed !== null;
    if (goesOn) lines.at(-1)?.push(mark);
    else lines.push([mark]);
  });
  return lines;
}
