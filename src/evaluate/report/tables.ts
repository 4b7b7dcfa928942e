import { VERDICTS } from '../../contract/verdict.ts';
import { LABELS } from '../../dataset/index.ts';
import { ACCURACY_HEADER, accuracyRows } from '../accuracy-table.ts';
import { counted, score, share, span } from '../figures.ts';
import type { Measured } from '../measured.ts';
import type { Slice } from '../summary.ts';
import { type Html, html } from './html.ts';

interface Figure {
  readonly name: string;
  /** What exactly it counts. */
  readonly meaning: string;
  readonly read: (slice: Slice) => string;
}

const figure = (name: string, meaning: string, read: Figure['read']): Figure => ({ name, meaning, read });

/** Every figure that is shown of a slice, the one that matters most first. */
export const FIGURES: readonly Figure[] = [
  figure('Balanced accuracy', 'mean of the two recalls; interval by bootstrap over groups', balanced),
  figure('Accuracy', 'P(open) ≥ ½ taken as the answer for every bottle', (slice) => counted(slice.accuracy)),
  figure('Recall, open', 'open bottles called open', (slice) => counted(slice.openRecall)),
  figure('Recall, closed', 'closed bottles called closed', (slice) => counted(slice.closedRecall)),
  figure('AUC', 'area under the ROC curve', (slice) => score(slice.auc)),
  figure('Right when it decides', 'of the bottles called open or closed', (slice) =>
    counted(slice.selectiveAccuracy),
  ),
  figure('Called uncertain', 'of all bottles', (slice) => counted(slice.uncertain)),
  figure('Bottles found', 'not answered with no bottle', (slice) => counted(slice.found)),
  figure('Invented states', 'bottle-free pictures called open or closed', (slice) =>
    counted(slice.falseState),
  ),
  figure('Calibration error', 'of P(open), ten bins of equal mass', (slice) =>
    share(slice.expectedCalibrationError),
  ),
  figure('… in equal steps', 'of P(open), ten bins of equal width', (slice) =>
    share(slice.equalWidthCalibrationError),
  ),
  figure('Brier score', '0 best, ¼ for always saying ½', (slice) => score(slice.brier)),
  figure('Log loss', '0 best, 0.693 for always saying ½', (slice) => score(slice.logLoss)),
];

function balanced(slice: Slice): string {
  const interval = slice.balancedAccuracyInterval;
  return share(slice.balancedAccuracy) + (interval ? ` · ${span(interval)}` : '');
}

export interface NamedSlice {
  readonly name: string;
  readonly slice: Slice;
}

/** All figures of one or two models side by side. */
export function figuresTable(models: readonly NamedSlice[]): Html {
  return html`<table>
<thead><tr><th>Figure</th><th>What it counts</th>${models.map(({ name }) => html`<th class="number">${name}</th>`)}</tr></thead>
<tbody>${FIGURES.map(({ name, meaning, read }) => html`<tr><th scope="row">${name}</th><td class="muted">${meaning}</td>${models.map(({ slice }) => html`<td class="number">${read(slice)}</td>`)}</tr>`)}</tbody>
</table>`;
}

/** A row a measurement of other networks, in the words of their own cards. */
export function measuredTable(measured: readonly Measured[]): Html {
  return html`<table>
<thead><tr>${ACCURACY_HEADER.map((cell) => html`<th>${cell}</th>`)}</tr></thead>
<tbody>${accuracyRows(measured).map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table>`;
}

/** One row a slice: how many bottles, how many right, how sure that is. */
export function slicesTable(what: string, slices: Readonly<Record<string, Slice>>): Html {
  const rows = Object.entries(slices).sort(([, a], [, b]) => b.open + b.closed - (a.open + a.closed));
  return html`<table>
<thead><tr><th>${what}</th><th class="number">Open</th><th class="number">Closed</th><th class="number">Accuracy · count · 95 %</th><th class="number">Balanced</th><th class="number">Right when it decides</th><th class="number">Uncertain</th><th class="number">Invented states</th></tr></thead>
<tbody>${rows.map(([name, slice]) => sliceRow(name, slice))}</tbody>
</table>`;
}

function sliceRow(name: string, slice: Slice): Html {
  const cells = [
    slice.open,
    slice.closed,
    counted(slice.accuracy),
    share(slice.balancedAccuracy),
    share(slice.selectiveAccuracy?.value ?? null),
    share(slice.uncertain?.value ?? null),
    slice.falseState ? `${slice.falseState.count} of ${slice.falseState.of}` : '–',
  ];
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
}

const WORDS = { open: 'open', closed: 'closed', uncertain: 'uncertain', no_bottle: 'no bottle' } as const;

/** What was answered, by what was in the picture. */
export function confusionTable({ confusion }: Slice): Html {
  const labels = LABELS.filter((label) => VERDICTS.some((verdict) => confusion[label][verdict] > 0));
  return html`<table>
<thead><tr><th>In the picture</th>${VERDICTS.map((verdict) => html`<th class="number">${WORDS[verdict]}</th>`)}</tr></thead>
<tbody>${labels.map((label) => html`<tr><th scope="row">${label}</th>${VERDICTS.map((verdict) => html`<td class="number${verdict === label || (verdict === 'no_bottle' && label === 'none') ? ' right' : ''}">${confusion[label][verdict]}</td>`)}</tr>`)}</tbody>
</table>`;
}
