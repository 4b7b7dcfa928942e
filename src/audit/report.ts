// The audit as one page with its pictures inside, for whoever may see the photographs. It stays where it was
// written: pictures that may not be passed on are in it.
import { readFile } from 'node:fs/promises';
import type { Sample } from '../dataset/index.ts';
import { decode, encodeWebp } from '../decode/index.ts';
import { share, span } from '../evaluate/figures.ts';
import { type Html, html } from '../evaluate/report/html.ts';
import { STYLE } from '../evaluate/report/style.ts';
import type { Audit } from './audit.ts';
import { type Balance, total } from './balance.ts';
import { FAMILIES } from './families.ts';
import { type Finding, judgedBy, severityOf, verdictOf } from './findings.ts';
import { VERDICTS } from './lines.ts';
import type { Measured, Scope } from './scopes.ts';
import type { LeftOut, Shortcut } from './shortcuts.ts';

const OWN_STYLE = `
.serious { color: light-dark(#a3121f, #ff8a8f); } .doubtful { color: light-dark(#8a5a00, #ffc35c); } .note, .fine { color: var(--muted); }
.findings td:first-child { font-weight: 600; white-space: nowrap; }
.bar { display: inline-block; height: .6em; background: var(--model); margin-right: .5em; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr)); gap: .75rem; margin: .75rem 0 1.5rem; }
.pictures img { width: 100%; height: 130px; object-fit: contain; background: var(--line); border-radius: 4px; display: block; }
.pictures figcaption { overflow-wrap: anywhere; }
`;

/** Pictures shown of one finding. */
const SHOWN = 12;
const DOUBTS_SHOWN = 36;
const PARTS_SHOWN = 60;

/** `folder` is only named; pictures are read from the samples' paths. */
export async function renderAudit(
  folder: string,
  audit: Audit,
  findings: readonly Finding[],
): Promise<string> {
  const byFile = new Map(audit.samples.map((sample) => [sample.file, sample]));
  const pictures = async (files: readonly string[], captions: (file: string) => string) => {
    const known = files.flatMap((file) => byFile.get(file) ?? []);
    return html`<div class="pictures">${await Promise.all(known.map((sample) => thumbnail(sample, captions(sample.file))))}</div>`;
  };
  const labelOf = (file: string) => byFile.get(file)?.label ?? '';
  const shown: Html[] = [];
  for (const { check, severity, message, files } of findings) {
    if (files.length === 0 || check === 'labels' || check === 'broken' || severity === 'fine') continue;
    const some = await pictures(files.slice(0, SHOWN), labelOf);
    shown.push(html`<h3 class="${severity}">${message}</h3>${some}`);
  }
  const doubts = new Map(audit.doubts.slice(0, DOUBTS_SHOWN).map((doubt) => [doubt.file, doubt]));
  const doubted = await pictures([...doubts.keys()], (file) => {
    const doubt = doubts.get(file);
    return doubt ? `labelled ${labelOf(file)}, P(${labelOf(file)}) ${share(doubt.pLabel)}` : '';
  });
  const verdict = VERDICTS[verdictOf(findings)];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Check of ${folder}</title><style>${STYLE}</style><style>${OWN_STYLE}</style></head>
<body><h1>${verdict}</h1>
<p class="muted">${folder} · ${audit.samples.length} pictures read, ${audit.broken.length} broken</p>
<h2>Findings</h2><table class="findings"><tbody>${findings.map(({ severity, message }) => html`<tr><td class="${severity}">${severity}</td><td>${message}</td></tr>`)}</tbody></table>
<h2>What gives the answer away</h2>
<p class="muted">How well pictures that were left out can be told apart by one simple thing, without their mouths. Area under the ROC curve in per cent, 50 is chance; its 95 % interval by bootstrap over what was left out; balanced accuracy below. p: share of shuffled labels under which the best feature does as well.</p>
${audit.scopes.map(scopeTable)}
${shown.length > 0 ? html`<h2>Pictures</h2>${shown}` : null}
${audit.doubts.length > 0 ? html`<h2>Labels that deserve a second look</h2><p class="muted">${audit.judge}; ${audit.judged} bottles judged, ${audit.doubts.length} doubted, the most doubtful first.</p>${doubted}` : null}
<h2>Balance</h2>
<h3>By source</h3>${balanceTable(audit.sources)}
<h3>By group</h3>${balanceTable(audit.groups)}
</body></html>
`.text;
}

const SIDE = 260;

async function thumbnail({ file, path }: Sample, caption: string): Promise<Html> {
  const { image } = await decode(await readFile(path), { maxSide: SIDE });
  const bytes = Buffer.from(await encodeWebp(image, 65)).toString('base64');
  return html`<figure><img src="data:image/webp;base64,${bytes}" alt="${file}" width="${image.width}" height="${image.height}"><figcaption><b>${caption}</b><br><span class="muted">${file}</span></figcaption></figure>`;
}

const HEADS: Readonly<Record<LeftOut, string>> = {
  source: 'Unseen sources',
  group: 'Unseen groups',
  picture: 'Unseen pictures',
};

function scopeTable(scope: Scope): Html {
  const { asks, source, zeros, ones, measured } = scope;
  const counts =
    asks === 'state' ? `${ones} open, ${zeros} closed` : `${ones} with a bottle, ${zeros} without`;
  const strict = judgedBy(scope);
  const rows = FAMILIES.filter(({ name }) =>
    measured.some(({ shortcuts }) => shortcuts.some(({ family }) => family === name)),
  );
  return html`<h3>${source ?? 'All pictures'}: ${counts}</h3>
<div class="scroll"><table><thead><tr><th>By</th><th>What it is</th>${measured.map(({ leftOut }) => html`<th>${HEADS[leftOut]}${leftOut === strict?.leftOut ? ' (judged)' : ''}</th>`)}</tr></thead>
<tbody>${rows.map(({ name, title, meaning }) => html`<tr><th scope="row">${title}</th><td class="muted">${meaning}</td>${measured.map((way) => shortcutCell(way, name))}</tr>`)}</tbody></table></div>`;
}

function shortcutCell({ shortcuts }: Measured, name: Shortcut['family']): Html {
  const found = shortcuts.find(({ family }) => family === name);
  if (!found) return html`<td class="muted">–</td>`;
  const { auc, balancedAccuracy, p, pictures } = found;
  const width = Math.round(Math.max(0, auc.value - 0.5) * 120);
  return html`<td class="${severityOf(found)}"><span class="bar" style="width: ${width}px"></span>${share(auc.value)} <span class="muted">(${span(auc.interval)})</span><br><span class="muted">${share(balancedAccuracy.value)} (${span(balancedAccuracy.interval)}) · ${pictures} · p ${p.toFixed(3)}</span></td>`;
}

function balanceTable({ parts }: Balance): Html {
  const rest = parts.length - PARTS_SHOWN;
  return html`<div class="scroll"><table><thead><tr><th>Name</th><th class="number">Open</th><th class="number">Closed</th><th class="number">No bottle</th><th class="number">Other</th><th class="number">All</th></tr></thead>
<tbody>${parts.slice(0, PARTS_SHOWN).map((part) => html`<tr><th scope="row">${part.name}</th>${[part.open, part.closed, part.none, part.other, total(part)].map((count) => html`<td class="number">${count}</td>`)}</tr>`)}</tbody></table></div>${rest > 0 ? html`<p class="muted">… and ${rest} smaller ones</p>` : null}`;
}
