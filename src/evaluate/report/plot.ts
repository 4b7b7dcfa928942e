// Line plots as SVG: the few that a report needs, drawn to its own colours in light and dark.
import { type Html, html } from './html.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Which of the report's two colours: this model's or the baseline's. */
  readonly role: 'model' | 'baseline';
  readonly dots?: boolean;
}

export interface Axis {
  readonly label: string;
  readonly range: readonly [number, number];
  readonly format: (value: number) => string;
}

export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Where a perfectly calibrated, or a guessing, model would lie. */
  readonly diagonal?: boolean;
}

const WIDTH = 400;
const HEIGHT = 300;
const MARGIN = { left: 54, right: 22, top: 12, bottom: 44 };

export const percent = (value: number) => `${Math.round(100 * value)} %`;
export const PERCENT_AXIS = { range: [0, 1], format: percent } as const;

/** A figure with caption and legend. Points outside the axes are clipped. */
export function linePlot({ title, x, y, series, diagonal }: Plot): Html {
  const px = scale(x.range, MARGIN.left, WIDTH - MARGIN.right);
  const py = scale(y.range, HEIGHT - MARGIN.bottom, MARGIN.top);
  const at = (point: Point) => `${px(point.x).toFixed(1)},${py(point.y).toFixed(1)}`;
  const corners = [x.range, y.range].map(([low, high]) => [low, high] as const);
  const [[x0 = 0, x1 = 1] = [], [y0 = 0, y1 = 1] = []] = corners;
  return html`<figure class="plot">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${ticks(x.range).map((value) => html`<line class="grid" x1="${px(value)}" x2="${px(value)}" y1="${py(y0)}" y2="${py(y1)}"/><text x="${px(value)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${x.format(value)}</text>`)}
${ticks(y.range).map((value) => html`<line class="grid" x1="${px(x0)}" x2="${px(x1)}" y1="${py(value)}" y2="${py(value)}"/><text x="${MARGIN.left - 8}" y="${py(value) + 4}" text-anchor="end">${y.format(value)}</text>`)}
<text class="label" x="${(px(x0) + px(x1)) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${x.label}</text>
<text class="label" transform="rotate(-90)" x="${-(py(y0) + py(y1)) / 2}" y="12" text-anchor="middle">${y.label}</text>
${diagonal ? html`<line class="diagonal" x1="${px(x0)}" y1="${py(y0)}" x2="${px(x1)}" y2="${py(y1)}"/>` : null}
${series.map(({ points, role }) => html`<polyline class="${role}" points="${points.map(at).join(' ')}"/>`)}
${series.map(({ points, role, dots }) => (dots ? points.map((point) => html`<circle class="${role}" cx="${px(point.x)}" cy="${py(point.y)}" r="3.5"/>`) : null))}
</svg>
${series.length > 1 ? html`<p class="legend">${series.map(({ name, role }) => html`<span class="${role}">${name}</span>`)}</p>` : null}
</figure>`;
}

function scale([low, high]: Axis['range'], from: number, to: number): (value: number) => number {
  return (value) => from + ((Math.min(Math.max(value, low), high) - low) / (high - low || 1)) * (to - from);
}

/** Four to eight round numbers inside the range: steps of 1, 2 or 5 times a power of ten. */
export function ticks([low, high]: Axis['range']): number[] {
  const rough = (high - low) / 5;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}
