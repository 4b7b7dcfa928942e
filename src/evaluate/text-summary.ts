// An evaluation for the terminal: the figures, then a line a source.

import { counted } from './figures.ts';
import { FIGURES } from './report/tables.ts';
import type { Results } from './results.ts';
import { type Slice, summarise } from './summary.ts';

export function textSummary({ name, model, split, rows }: Results): string {
  const { overall, bySource } = summarise(rows);
  const figures = FIGURES.map(({ name: figure, read }) => [figure, read(overall)] as const);
  const { unclear, mixed, broken } = overall.leftOut;
  return [
    `${name} (${model}), ${split}`,
    `${overall.open} open and ${overall.closed} closed bottles; left out: ${unclear} unclear, ${mixed} with both states, ${broken} unreadable`,
    '',
    ...aligned(figures),
    '',
    ...aligned(Object.entries(bySource).flatMap(([source, slice]) => sourceLines(source, slice))),
    '',
  ].join('\n');
}

/** Accuracy where there are bottles, invented states where there are pictures without one. */
function sourceLines(source: string, { accuracy, falseState }: Slice): (readonly [string, string])[] {
  const lines: (readonly [string, string])[] = [];
  if (accuracy) lines.push([source, counted(accuracy)]);
  if (falseState) lines.push([`${source}, without a bottle`, `${counted(falseState)} given a state`]);
  return lines;
}

function aligned(lines: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}
