// The accuracy of models as a Markdown table, from their cards and from nowhere else.
import { type Static, Type } from 'typebox';
import { Metrics } from '../model/card.ts';
import { counted, score, share } from './figures.ts';

const HEADER = [
  'model',
  'judged on',
  'balanced accuracy',
  'accuracy · count · 95 %',
  'open right',
  'closed right',
  'AUC',
  'calibration error',
];

/** What the table needs of a card; docs/results holds the same of networks that are not bundled. */
export const Measured = Type.Object({
  name: Type.String(),
  id: Type.Optional(Type.String()),
  metrics: Type.Array(Metrics),
});
export type Measured = Static<typeof Measured>;

/** A row for each measurement of each card; empty when nothing was measured. */
export function accuracyTable(cards: readonly Measured[]): string {
  const rows = cards.flatMap(({ name, id, metrics }) =>
    metrics.map((measured) => [
      id === undefined ? name : `${name} (\`${id}\`)`,
      measured.split,
      share(measured.balancedAccuracy),
      counted(measured.accuracy),
      counted(measured.openRecall),
      counted(measured.closedRecall),
      score(measured.auc),
      share(measured.expectedCalibrationError),
    ]),
  );
  if (rows.length === 0) return '';
  const lines = [HEADER, HEADER.map(() => '---'), ...rows];
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
