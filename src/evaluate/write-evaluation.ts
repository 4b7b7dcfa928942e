import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { toCsv } from './csv.ts';
import { type ReportOptions, renderReport } from './report/report.ts';
import { Results } from './results.ts';
import { summarise } from './summary.ts';

/** Writes results.json (the rows), metrics.json (their summary), rows.csv and report.html into a folder. */
export async function writeEvaluation(folder: string, report: ReportOptions): Promise<void> {
  const { results } = report;
  const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
  const { model, name, split, rows } = results;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'results.json'), json(results));
  await writeFile(join(folder, 'metrics.json'), json({ model, name, split, ...summarise(rows) }));
  await writeFile(join(folder, 'rows.csv'), toCsv(rows));
  await writeFile(join(folder, 'report.html'), await renderReport(report));
}

/** Reads a results.json again. Throws an Error that names the file and what is wrong with it. */
export async function readResults(path: string): Promise<Results> {
  const value = parseJson(path, await readFile(path, 'utf8'));
  const [first] = Value.Errors(Results, value);
  if (first) throw new Error(`${path}: ${first.instancePath || '/'} ${first.message}`);
  return Value.Parse(Results, value);
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON`, { cause });
  }
}
