import type { Row } from './results.ts';

const COLUMNS = ['file', 'label', 'group', 'source', 'kind', 'beer'] as const;
const HEADER = [...COLUMNS, 'verdict', 'p_open', 'confidence', 'bottles', 'ms', 'error'];

/** The rows as RFC 4180 CSV with a header, for a spreadsheet; boxes stay in results.json. */
export function toCsv(rows: readonly Row[]): string {
  const lines = rows.map((row) => [...COLUMNS.map((column) => row[column]), ...answerFields(row)]);
  return [HEADER, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

function answerFields({ answer, error }: Row): (string | number)[] {
  if (!answer) return ['', '', '', '', '', error?.code ?? ''];
  return [answer.verdict, answer.p_open, answer.confidence, answer.bottles.length, answer.ms, ''];
}

function quoted(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
