import { readFile } from 'node:fs/promises';
import { decode, encodeWebp } from '../../decode/index.ts';
import { share } from '../figures.ts';
import { drawBoxes } from '../overlay.ts';
import type { Answer, Row } from '../results.ts';
import { judged } from '../summary.ts';
import { type Html, html } from './html.ts';

export interface Mistake {
  readonly row: Row;
  readonly answer: Answer;
}

/** Bottles given the wrong state, the surest mistake first. */
export function wrongStates(rows: readonly Row[], most: number): Mistake[] {
  const sureness = ({ pOpen }: { pOpen: number }) => Math.abs(pOpen - 0.5);
  return judged(rows)
    .filter(({ open, pOpen }) => open !== pOpen >= 0.5)
    .sort((a, b) => sureness(b) - sureness(a))
    .slice(0, most);
}

/** Pictures without a bottle that were given a state, the surest first. */
export function inventedBottles(rows: readonly Row[], most: number): Mistake[] {
  return rows
    .flatMap((row) => (row.label === 'none' && row.answer ? [{ row, answer: row.answer }] : []))
    .filter(({ answer: { verdict } }) => verdict === 'open' || verdict === 'closed')
    .sort((a, b) => b.answer.confidence - a.answer.confidence)
    .slice(0, most);
}

const SIDE = 320;
const LOOKED_AT = [255, 90, 0] as const;

/** The picture small, with the boxes that were looked at, inside the page itself. */
export async function mistakeFigure({ row, answer }: Mistake, path: string): Promise<Html> {
  return html`<figure class="mistake">${await picture({ row, answer }, path)}
<figcaption><b>${row.label}</b> → ${answer.verdict.replace('_', ' ')} · P(open) ${share(answer.p_open)}<br><span class="muted">${row.file}</span></figcaption></figure>`;
}

/** Nothing where it is not here, as when a model decides by answers to somebody else's pictures. */
async function picture({ row, answer }: Mistake, path: string): Promise<Html> {
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!file) return html``;
  const { image, width } = await decode(file, { maxSide: SIDE });
  const scale = image.width / width;
  const boxes = answer.bottles.map(({ box: [x, y, w, h] }) => ({
    box: [x * scale, y * scale, w * scale, h * scale] as const,
    rgb: LOOKED_AT,
  }));
  const bytes = await encodeWebp(drawBoxes(image, boxes), 70);
  const source = `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`;
  return html`<img src="${source}" width="${image.width}" height="${image.height}" alt="${row.label}, answered ${answer.verdict}">`;
}
