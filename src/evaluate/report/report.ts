// The report of an evaluation: one HTML file that needs nothing but itself. It shows photographs, so it is
// for the disk of whoever has them and not for passing on.
import type { Measured } from '../measured.ts';
import type { Results } from '../results.ts';
import { judged, type Slice, type Summary, summarise } from '../summary.ts';
import { coveragePlot, type Judgement, reliabilityPlot, rocPlot } from './curves.ts';
import { type Html, html } from './html.ts';
import { inventedBottles, type Mistake, mistakeFigure, wrongStates } from './mistakes.ts';
import { STYLE } from './style.ts';
import { confusionTable, figuresTable, measuredTable, slicesTable } from './tables.ts';
import { type LogLine, trainingPlots } from './training-curves.ts';

export interface ReportOptions {
  readonly results: Results;
  /** Another model's results on the same pictures, to stand beside. */
  readonly baseline?: Results | undefined;
  /** Networks measured elsewhere, the seed project's for one: what they reached, on what. */
  readonly references?: readonly Measured[] | undefined;
  readonly trainingLog?: readonly LogLine[] | undefined;
  /** Path of a row's picture, for the mistakes. */
  readonly pathOf: (file: string) => string;
  /** How many mistakes of each kind are shown. */
  readonly mistakes?: number;
}

export async function renderReport(options: ReportOptions): Promise<string> {
  const { results, baseline, references = [], trainingLog = [], pathOf, mistakes = 24 } = options;
  const summary = summarise(results.rows);
  const models = [named(results, 'model'), ...(baseline ? [named(baseline, 'baseline')] : [])];
  const figuresOf = (all: readonly Mistake[]) =>
    Promise.all(all.map((one) => mistakeFigure(one, pathOf(one.row.file))));
  const wrong = await figuresOf(wrongStates(results.rows, mistakes));
  const invented = await figuresOf(inventedBottles(results.rows, mistakes));
  return page(results, [
    leftOut(summary),
    html`<h2>Figures</h2><div class="scroll">${figuresTable(slices(results, summary.overall, baseline))}</div>
<p class="muted">Proportions are given as value · count · exact 95 % interval (Clopper–Pearson), in per cent.</p>`,
    references.length > 0
      ? html`<h2>Beside it</h2><div class="scroll">${measuredTable(references)}</div>`
      : null,
    html`<h2>Answers</h2><div class="scroll">${confusionTable(summary.overall)}</div>`,
    html`<h2>Curves</h2><div class="plots">${[rocPlot, reliabilityPlot, coveragePlot].map((plot) => plot(models))}</div>`,
    section('Training', trainingPlots(trainingLog), 'plots'),
    section('Worst mistakes: the wrong state', wrong, 'mistakes'),
    section('Worst mistakes: invented states', invented, 'mistakes'),
    html`<h2>By source</h2><div class="scroll">${slicesTable('Source', summary.bySource)}</div>
<h3>By kind</h3><div class="scroll">${slicesTable('Kind', summary.byKind)}</div>
<h3>By beer</h3><div class="scroll">${slicesTable('Bottle', summary.byBeer)}</div>`,
  ]);
}

function page({ name, model, split }: Results, sections: readonly (Html | null)[]): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evaluation of ${name}</title><style>${STYLE}</style></head>
<body><h1>Evaluation of ${name}</h1>
<p class="muted">Model ${model} · ${split}</p>
${sections}
</body></html>
`.text;
}

function named({ name, rows }: Results, role: Judgement['role']): Judgement {
  return { name, role, bottles: judged(rows) };
}

function slices(results: Results, overall: Slice, baseline: Results | undefined) {
  const own = { name: results.name, slice: overall };
  return baseline ? [own, { name: baseline.name, slice: summarise(baseline.rows).overall }] : [own];
}

function leftOut({ overall, errors }: Summary): Html {
  const { open, closed, leftOut } = overall;
  const broken = Object.entries(errors).map(([code, count]) => ` · ${code} ${count}`);
  return html`<p>${open + closed} bottles of known state were judged: ${open} open, ${closed} closed.
Left out of the figures: ${leftOut.unclear} unclear, ${leftOut.mixed} with both states, ${leftOut.broken} unreadable files${broken}.</p>`;
}

function section(title: string, figures: readonly Html[], layout: string): Html | null {
  return figures.length === 0 ? null : html`<h2>${title}</h2><div class="${layout}">${figures}</div>`;
}
