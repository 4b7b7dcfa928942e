// A plot with its title, what it shows in a sentence, its legend, and the same numbers as a table.

import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from '../../text/context.ts';
import { Plot } from './plot.tsx';
import { isFlat, type PlotData } from './plot-data.ts';
import { TEXTS } from './texts.ts';

interface FigureProps {
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in a sentence or two. */
  readonly summary: ComponentChildren;
  readonly data: PlotData;
  readonly time: boolean;
  /** What the positions are, as the first column's heading. */
  readonly atName: string;
  readonly formatAt: (at: number) => string;
  /** As `formatAt`, with room to say more: in the table and beside the pointer. */
  readonly formatPlace: (at: number) => string;
  readonly formatValue: (value: number) => string;
  readonly atLeast: number;
  /** What changes the plot, between its words and itself. */
  readonly children?: ComponentChildren;
}

export function Figure(props: FigureProps): JSX.Element {
  const { id, title, summary, data, children } = props;
  const { say } = useTexts(TEXTS);
  const [pointed, setPointed] = useState<number | null>(null);
  return (
    <figure class="figure" aria-labelledby={id}>
      <figcaption>
        <h2 id={id}>{title}</h2>
        <p>{summary}</p>
      </figcaption>
      {children}
      <Legend {...props} pointed={pointed} />
      {isFlat(data) ? (
        <p class="figure-nothing">{say('nothing')}</p>
      ) : (
        <Plot {...props} onPoint={setPointed} />
      )}
      <Numbers {...props} />
    </figure>
  );
}

/** The lines by name; while the pointer is over the plot, with their values there. */
function Legend(props: FigureProps & { readonly pointed: number | null }): JSX.Element {
  const { data, pointed, formatPlace, formatValue } = props;
  const at = pointed === null ? undefined : data.at[pointed];
  return (
    <ul class="legend" aria-hidden="true">
      {data.lines.map(({ key, name, colour, form, dashed, values }) => {
        const value = pointed === null ? null : values[pointed];
        return (
          <li key={key}>
            <svg class={`swatch ${colour.slice(2)}`} viewBox="0 0 16 10" aria-hidden="true">
              {form === 'bars' ? (
                <rect width="16" height="10" rx="2" />
              ) : (
                <path d="M0 5h16" stroke-dasharray={dashed === true ? '4 3' : undefined} />
              )}
            </svg>
            {name}
            {value != null && <b>{formatValue(value)}</b>}
          </li>
        );
      })}
      {at !== undefined && <li class="legend-place">{formatPlace(at)}</li>}
    </ul>
  );
}

function Numbers({ id, title, data, atName, formatPlace, formatValue }: FigureProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [open, setOpen] = useState(false);
  return (
    <details class="details" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {say('asTable')} <span class="visually-hidden">{title}</span>
      </summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard
        <section class="scrolls" aria-labelledby={id} tabIndex={0}>
          <table class="numbers">
            <thead>
              <tr>
                <th scope="col">{atName}</th>
                {data.lines.map(({ key, name }) => (
                  <th key={key} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.at.map((at, index) => (
                <tr key={at}>
                  <th scope="row">{formatPlace(at)}</th>
                  {data.lines.map(({ key, values }) => {
                    const value = values[index] ?? null;
                    return <td key={key}>{value === null ? '–' : formatValue(value)}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
