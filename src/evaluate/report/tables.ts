import { VERDICTS } from '../../contract/verdict.ts';
import { LABELS } from '../results.ts';
import type { Slice } from '../summary.ts';
import { counted, score, share, span } from './figures.ts';
import { type Html, html } from './html.ts';

/** Each figure: its name, what exactly it counts, and how it reads from a slice. */
const FIGURES: readonly (readonly [string, string, (slice: Slice) => string])[] = [
  ['Balanced accuracy', 'mean of the two recalls; interval by bootstrap over groups', balanced],
  ['Accuracy', 'P(open) ≥ ½ taken as the answer for every bottle', ({ accuracy }) => counted(accuracy)],
  ['Recall, open', 'open bottles called open', ({ openRecall }) => counted(openRecall)],
  ['Recall, closed', 'closed bottles called closed', ({ closedRecall }) => counted(closedRecall)],
  ['AUC', 'area under the ROC curve', ({ auc }) => score(auc)],
  [
    'Right when it decides',
    'of the bottles called open or closed',
    ({ selectiveAccuracy }) => counted(selectiveAccuracy),
  ],
  ['Called uncertain', 'of all bottles', ({ uncertain }) => counted(uncertain)],
  ['Bottles found', 'not answered with no bottle', ({ found }) => counted(found)],
  [
    'A state without a bottle',
    'bottle-free pictures called open or closed',
    ({ falseState }) => counted(falseState),
  ],
  [
    'Calibration error',
    'of P(open), ten bins of equal mass',
    (slice) => share(slice.expectedCalibrationError),
  ],
  [
    'Calibration error',
    'of P(open), ten bins of equal width',
    (slice) => share(slice.equalWidthCalibrationError),
  ],
  ['Brier score', '0 best, ¼ for always saying ½', ({ brier }) => score(brier)],
  ['Log loss', '0 best, 0.693 for always saying ½', ({ logLoss }) => score(logLoss)],
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
<tbody>${FIGURES.map(([name, meaning, read]) => html`<tr><th scope="row">${name}</th><td class="muted">${meaning}</td>${models.map(({ slice }) => html`<td class="number">${read(slice)}</td>`)}</tr>`)}</tbody>
</table>`;
}

/** One row a slice: how many bottles, how many right, how sure that is. */
export function slicesTable(what: string, slices: Readonly<Record<string, Slice>>): Html {
  const rows = Object.entries(slices).sort(([, a], [, b]) => b.open + b.closed - (a.open + a.closed));
  return html`<table>
<thead><tr><th>${what}</th><th class="number">Open</th><th class="number">Closed</th><th class="number">Accuracy · count · 95 %</th><th class="number">Balanced</th><th class="number">Right when it decides</th><th class="number">Uncertain</th><th class="number">A state without a bottle</th></tr></thead>
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
