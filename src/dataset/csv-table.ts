// A CSV file whose first line names its columns, as rows that know their line.
import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import { DatasetError } from './dataset-error.ts';

export interface CsvRow {
  /** `manifest.csv:12`, for messages. */
  readonly place: string;
  /** The cell without surrounding space; empty when the table has no such column. */
  cell(column: string): string;
}

/** Reads a whole table. Throws a DatasetError when it cannot be read or a required column is missing. */
export async function readCsv(path: string, required: readonly string[]): Promise<CsvRow[]> {
  const [header, ...lines] = splitCells(path, await readText(path));
  const columns = new Map((header?.cells ?? []).map((name, i) => [name, i]));
  const missing = required.filter((column) => !columns.has(column));
  if (missing.length > 0)
    throw new DatasetError([`${path}:1: the column ${missing.join(', ')} is missing from the header`]);
  return lines.map(({ line, cells }) => ({
    place: `${path}:${line}`,
    cell: (column) => cells[columns.get(column) ?? -1] ?? '',
  }));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new DatasetError([`${path}: cannot be read (${error instanceof Error ? error.message : error})`]);
  }
}

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

function splitCells(path: string, text: string): Line[] {
  const lines: Line[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines: line }) => {
        lines.push({ line, cells });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new DatasetError([`${path}:${error.lines}: ${error.message}`]);
    throw error;
  }
  return lines;
}
