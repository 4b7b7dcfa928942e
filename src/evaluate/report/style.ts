import { Html } from './html.ts';

/** The report's whole style: system fonts, light and dark by the reader's setting, nothing fetched. */
export const STYLE = new Html(`
:root {
  color-scheme: light dark;
  --text: light-dark(#1d1d1b, #ecebe6);
  --muted: light-dark(#66645c, #a5a399);
  --page: light-dark(#fbfaf6, #191917);
  --line: light-dark(#dfdcd2, #3a3934);
  --model: light-dark(#b35900, #ffa640);
  --baseline: light-dark(#3d6a99, #86b3e0);
  --right: light-dark(#e4efdc, #26381f);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; max-width: 75ch; }
.muted { color: var(--muted); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; }
thead th { color: var(--muted); font-weight: 500; }
tbody th { font-weight: 600; }
.number { padding-left: .75rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { white-space: normal; }
td.right { background: var(--right); padding-right: .75rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 1.5rem; }
figure { margin: 0; }
figcaption { font-size: .87rem; margin-bottom: .35rem; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--muted); font: 11px system-ui, sans-serif; }
svg .label { fill: var(--text); }
.grid { stroke: var(--line); }
.diagonal { stroke: var(--muted); stroke-dasharray: 4 4; }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
polyline.model { stroke: var(--model); }
polyline.baseline { stroke: var(--baseline); stroke-dasharray: 6 3; }
circle.model { fill: var(--model); }
circle.baseline { fill: var(--baseline); }
.legend { display: flex; gap: 1.25rem; font-size: .87rem; }
.legend span::before { content: ''; display: inline-block; width: 1.2em; border-top: 3px solid; margin-right: .4em; vertical-align: middle; }
.legend .model::before { border-color: var(--model); }
.legend .baseline::before { border-top-style: dashed; border-color: var(--baseline); }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 1.25rem 1rem; }
.mistake img { width: 100%; height: 190px; object-fit: contain; background: var(--line); border-radius: 4px; display: block; }
.mistake figcaption { margin: .35rem 0 0; overflow-wrap: anywhere; }
`);
