// A batch's results as files: the fields of `tampinha predict`, a line or an object a picture.

import type { Language } from '../../../contract/errors.ts';
import { speechOf, TEXTS } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import type { Batch, Item } from './batch.ts';

const COLUMNS = [
  'file',
  'verdict',
  'p_open',
  'confidence',
  'bottles',
  'width',
  'height',
  'model',
  'ms',
  'id',
  'sha256',
  'error_code',
  'error',
] as const;

/** RFC 4180 with a byte order mark, so that spreadsheets read the accents. Only what is done. */
export function asCsv(batch: Batch, language: Language): string {
  const rows = done(batch).map((item) => {
    const cells = cellsOf(item, language);
    return COLUMNS.map((column) => csvCell(cells[column] ?? '')).join(',');
  });
  return `\uFEFF${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

/** A list; a picture that failed has its error in its place. Only what is done. */
export function asJson(batch: Batch, language: Language): string {
  const list = done(batch).map(({ path, state }) => {
    if (state.stage === 'judged') return { ...state.prediction, file: path };
    return { file: path, error: errorOf({ state }, language) };
  });
  return `${JSON.stringify(list, null, 2)}\n`;
}

type Cells = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number>>>;

function cellsOf({ path, state }: Item, language: Language): Cells {
  if (state.stage !== 'judged') {
    const { code, message } = errorOf({ state }, language);
    return { file: path, error_code: code, error: message };
  }
  const { prediction } = state;
  return { ...prediction, bottles: prediction.bottles.length, file: path };
}

function errorOf({ state }: Pick<Item, 'state'>, language: Language): { code: string; message: string } {
  if (state.stage !== 'failed') return { code: '', message: '' };
  return { code: state.failure.code, message: failureText(state.failure, speechOf(TEXTS, language)) };
}

function done({ items }: Batch): readonly Item[] {
  return items.filter(({ state }) => state.stage === 'judged' || state.stage === 'failed');
}

/** A spreadsheet would run a text that begins like a formula: an apostrophe before it keeps it a text. */
export function csvCell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
