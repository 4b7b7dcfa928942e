// The accuracy of models as a Markdown table, from their cards and from nowhere else.
import { counted, score, share } from './figures.ts';
import type { Measured } from './measured.ts';

export const ACCURACY_HEADER = [
  'model',
  'judged on',
  'balanced accuracy',
  'accuracy · count · 95 %',
  'open right',
  'closed right',
  'AUC',
  'calibration error',
];

/** A row of cells for each measurement of each card. */
export function accuracyRows(cards: readonly Measured[]): string[][] {
  return cards.flatMap(({ name, id, metrics }) =>
    metrics.map((measured) => [
      id === undefined ? name : `${name} (\`${id}\`)`,
      measured.split,
      share(measured.balancedAccuracy),
      counted(measured.accuracy),
      counted(measured.openRecall),
      counted(measured.closedRecall),
      score(measured.auc),
      share(measured.expectedCalibrationError ?? null),
    ]),
  );
}

/** The rows as a Markdown table; empty when nothing was measured. */
export function accuracyTable(cards: readonly Measured[]): string {
  const rows = accuracyRows(cards);
  if (rows.length === 0) return '';
  const lines = [ACCURACY_HEADER, ACCURACY_HEADER.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
}

const BLOCK = /(<!-- accuracy -->\n)[\s\S]*?(\n<!-- \/accuracy -->)/;

/** Puts the table between a document's two `accuracy` marks. Throws an Error when it has none. */
export function withAccuracyTable(document: string, table: string): string {
  if (!BLOCK.test(document))
    throw new Error('the marks <!-- accuracy --> and <!-- /accuracy --> are missing');
  return document.replace(
    BLOCK,
    (_block, start: string, end: string) => `${start}${table && `\n${table}`}${end}`,
  );
}
