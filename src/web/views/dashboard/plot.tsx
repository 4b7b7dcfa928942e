// A plot on a canvas, by uPlot. Decoration: the figure around it says the same in words and as a table.

import type { JSX } from 'preact';
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { SettingsContext } from '../../settings.ts';
import { type Colour, columns, highest, type Line, type PlotData } from './plot-data.ts';

export interface PlotProps {
  readonly data: PlotData;
  readonly time: boolean;
  /** For the axes. */
  readonly formatAt: (at: number) => string;
  readonly formatValue: (value: number) => string;
  /** The vertical axis ends no lower than here. */
  readonly atLeast: number;
  /** Called with the position under the pointer, null when it leaves. */
  readonly onPoint: (index: number | null) => void;
}

const HEIGHT = 220;

export function Plot(props: PlotProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const scheme = useScheme();
  const latest = useRef(props);
  latest.current = props;
  const { data } = props;
  useLayoutEffect(() => {
    if (place.current === null || width === 0) return;
    const plot = new uPlot(optionsOf(latest.current, place.current, width), columns(data), place.current);
    return () => plot.destroy();
  }, [data, width, scheme]);
  return <div class="plot" ref={place} aria-hidden="true" />;
}

function optionsOf(props: PlotProps, place: HTMLElement, width: number): uPlot.Options {
  const { data, time, formatAt, formatValue, atLeast, onPoint } = props;
  const colour = (name: Colour | '--hair' | '--paper'): string => resolved(place, name);
  const axis = { stroke: colour('--quiet'), font: `12px ${getComputedStyle(place).fontFamily}` };
  const grid = { stroke: colour('--hair'), width: 1 };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time, range: (_plot, low, high) => withMargin(data, low, high) },
      y: { range: [0, Math.max(atLeast, highest(data) * 1.08)] },
    },
    axes: [
      {
        ...axis,
        size: 32,
        grid: { show: false },
        ticks: { ...grid, size: 5 },
        values: (_plot, splits) => splits.map(formatAt),
      },
      {
        ...axis,
        grid,
        ticks: { show: false },
        size: 56,
        values: (_plot, splits) => splits.map((split) => formatValue(split)),
      },
    ],
    series: [{}, ...data.lines.map((line) => seriesOf(line, colour(line.colour)))],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}

function seriesOf({ form, dashed = false }: Line, colour: string): uPlot.Series {
  const { bars, stepped, linear } = uPlot.paths;
  if (form === 'bars') {
    const paths = bars?.({ size: [0.82, 48], gap: 1 });
    return { fill: colour, width: 0, points: { show: false }, ...(paths && { paths }) };
  }
  const paths = form === 'steps' ? stepped?.({ align: 1 }) : linear?.();
  const dash = dashed ? { dash: [5, 4] } : {};
  return {
    stroke: colour,
    width: 2,
    points: { show: true, size: 3, fill: colour },
    ...dash,
    ...(paths && { paths }),
  };
}

/** Bars at the ends are seen whole; a single position stands in the middle. */
function withMargin({ at }: PlotData, low: number, high: number): [number, number] {
  const step = (high - low) / Math.max(1, at.length - 1) || 1;
  return [low - step / 2, high + step / 2];
}

/** A custom property's colour as the canvas understands it, in the scheme that the page has now. */
function resolved(place: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.setProperty('color', `var(${name})`);
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The element's width in whole pixels, followed as it changes. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(target.clientWidth)));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** Changes whenever the colours do: the switch in the page, or the system behind it. */
function useScheme(): string {
  const { theme } = useContext(SettingsContext);
  const [dark, setDark] = useState(false);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => setDark(query.matches);
    follow();
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  // The document follows the switch after this component is drawn: once more then.
  const [settled, setSettled] = useState(theme);
  useEffect(() => setSettled(theme), [theme]);
  return `${settled} ${dark}`;
}
