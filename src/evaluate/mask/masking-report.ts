// The masking test as a page with its pictures inside; it stays where it was written, like every report.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnnotatedPicture } from '../../dataset/index.ts';
import { decode, encodeWebp } from '../../decode/index.ts';
import { share } from '../figures.ts';
import { type Html, html } from '../report/html.ts';
import { STYLE } from '../report/style.ts';
import type { Row } from '../results.ts';
import { judged } from '../summary.ts';
import { FORM_NAMES, type Masked } from './evaluate-masked.ts';
import { FORMS, maskPicture } from './mask-picture.ts';
import { MASKING_HEADER, maskingRows } from './masking-summary.ts';

export interface MaskingReport {
  readonly masked: Masked;
  readonly mouths: ReadonlyMap<string, AnnotatedPicture>;
  readonly pathOf: (file: string) => string;
}

/** Writes masking.json (the rows of every form) and masking.html into a folder. */
export async function writeMasking(folder: string, report: MaskingReport): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'masking.json'), `${JSON.stringify(report.masked, null, 1)}\n`);
  await writeFile(join(folder, 'masking.html'), await renderMasking(report));
}

async function renderMasking(report: MaskingReport): Promise<string> {
  const { forms } = report.masked;
  const { name, model, split } = forms.intact;
  const still = surest(forms.mouth_hidden.rows, true);
  const lost = surest(forms.rest_hidden.rows, false);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Masking test</title><style>${STYLE}</style></head>
<body><h1>Masking test</h1><p class="muted">${name} (${model}) · ${split}</p>
<div class="scroll"><table><thead><tr>${MASKING_HEADER.map((cell) => html`<th>${cell}</th>`)}</tr></thead>
<tbody>${maskingRows(report.masked).map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>
<h2>Still told rightly without the mouth</h2>${await Promise.all(still.map((row) => strip(row, report)))}
<h2>Wrong with nothing but the mouth</h2>${await Promise.all(lost.map((row) => strip(row, report)))}
</body></html>
`.text;
}

const SHOWN = 8;

/** Called open or closed, rightly or wrongly, the surest first. */
function surest(rows: readonly Row[], rightly: boolean): Row[] {
  return judged(rows)
    .filter(
      ({ answer: { verdict }, row }) =>
        (verdict === 'open' || verdict === 'closed') && (verdict === row.label) === rightly,
    )
    .toSorted((one, other) => other.answer.confidence - one.answer.confidence)
    .slice(0, SHOWN)
    .map(({ row }) => row);
}

const SIDE = 320;

/** All three forms of a picture beside one another, each with what was answered. */
async function strip({ file, label }: Row, { masked, mouths, pathOf }: MaskingReport): Promise<Html> {
  const { image } = await decode(await readFile(pathOf(file)), { maxSide: SIDE });
  const figures = FORMS.map(async (form) => {
    const bytes = await encodeWebp(maskPicture(image, mouths.get(file)?.mouths ?? [], form), 70);
    const answer = masked.forms[form].rows.find((row) => row.file === file)?.answer;
    const said = answer ? `${answer.verdict.replace('_', ' ')}, P(open) ${share(answer.p_open)}` : '–';
    return html`<figure class="mistake"><img src="data:image/webp;base64,${Buffer.from(bytes).toString('base64')}" alt="${file}, ${FORM_NAMES[form]}"><figcaption>${FORM_NAMES[form]}: ${said}</figcaption></figure>`;
  });
  return html`<h3>${label} <span class="muted">${file}</span></h3><div class="mistakes">${await Promise.all(figures)}</div>`;
}
